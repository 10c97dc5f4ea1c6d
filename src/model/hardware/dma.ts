/** What the holder of a pin or a reference does with the page's memory: a device without page tables, or the kernel. */
import { and, constant, eq, gt, isConstant, ne, select, subtract } from "../../ir/expression.ts";
import { procedure } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import { outdateCopies } from "../kernel/copies.ts";
import { mapsPage } from "../kernel/page-table.ts";
import type { Pin } from "../kernel/pin.ts";
import { cancelFreeing, recordContent, recordPinnedWrite } from "../kernel/tracking.ts";
import type { Context } from "../machine/context.ts";

export const dmaStore = procedure<Pin>("dma_store", { file: "hardware/dma" }, (k, { context, pinner, va }) => {
  const { machine, mm } = context;
  const pinned = machine.pinned(pinner, va);
  k.step("store", "writes to the pinned page, if there is one", () => {
    k.if(eq(pinned, 0), () => k.outcome("has no page pinned: writes nothing"));
    k.if(ne(pinned, 0), () => {
      const page = subtract(pinned, 1);
      k.outcome("writes to the page that it has pinned");
      k.emit("dma_store", { page, mm, va, attached: machine.pinAttached(pinner, va) });
      recordContent(k, machine, page);
      recordPinnedWrite(k, context, va, and(machine.pinAttached(pinner, va), mapsPage(machine.pte(mm, va), page)));
      outdateCopies(k, machine, mm, page, machine.pinAttached(pinner, va));
      cancelFreeing(k, machine, { mm, va }, machine.pinAttached(pinner, va));
    });
  });
});

export interface DmaLoad {
  readonly context: Context;
  readonly va: number;
  /** The actor among those that pin, and among those that take references; -1 if it is not one of them. */
  readonly pinner: number;
  readonly getter: number;
}

/** Reads through the pin, or else through the reference. A reference gives no right to see later writes. */
export const dmaLoad = procedure<DmaLoad>(
  "dma_load",
  { file: "hardware/dma" },
  (k, { context, va, pinner, getter }) => {
    const { machine, mm } = context;
    const pinned = pinner < 0 ? constant(0) : machine.pinned(pinner, va);
    const gotten = getter < 0 ? constant(0) : machine.gotten(getter, va);
    const attached = pinner < 0 ? constant(0, bool) : machine.pinAttached(pinner, va);
    const found = select(gt(pinned, 0), pinned, gotten);
    k.step("load", "reads from the page that it has pinned or got, if there is one", () => {
      k.if(eq(found, 0), () => k.outcome("has no page: reads nothing"));
      // An actor that never takes a page names none.
      if (isConstant(found)) return;
      k.if(ne(found, 0), () => {
        k.outcome("reads from the page that it has");
        k.emit("dma_load", { page: subtract(found, 1), mm, va, attached: and(gt(pinned, 0), attached) });
      });
    });
  },
);

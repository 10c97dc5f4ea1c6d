/** Faulting in pages that are locked into memory (mm/gup.c). */

import { and, type Expr, eq, isConstant, not } from "../../ir/expression.ts";
import { procedure } from "../../ir/recorder.ts";
import { bool, enumeration } from "../../ir/types.ts";
import type { Context, VmaOperation } from "../machine/context.ts";
import { followPages } from "./gup.ts";
import { mmapReadLock, mmapReadUnlock, sayVma } from "./mmap-lock.ts";
import { fatalSignalPending, mayBeKilled, sayFatalSignal } from "./signal.ts";
import { endWriting } from "./tracking.ts";

const file = "mm/gup.c";

/** `unlocked`: the mmap lock was dropped during the fault, and the page has to be faulted in again. */
export const populated = enumeration("Populated", ["done", "failed", "unlocked"]);

export interface Populate {
  readonly context: Context;
  readonly va: number;
  readonly write: boolean;
  /** Whether a fault may drop the mmap lock. */
  readonly unlockable: boolean;
}

/** populate_vma_page_range() for one page. It takes no reference to the page. The mmap lock is held. */
export const populateVmaPage = procedure<Populate>(
  "populate_vma_page_range",
  { file, returns: populated },
  (k, { context, va, write, unlockable }) => {
    followPages(
      k,
      { context, va, write },
      {
        grab: () => k.outcome("leaves it, because nothing has to be faulted in"),
        got: () => k.return("done"),
        failed: () => k.return("failed"),
        ...(unlockable ? { unlocked: () => k.return("unlocked") } : {}),
      },
    );
  },
);

/**
 * __mm_populate(): accesses every page: as a write does if the VMA is writable at that moment, and as a read does if it
 * is not. Either access restores an exclusive entry. The first page that cannot be faulted in ends the call (ENOMEM).
 */
export const mmPopulate = procedure<VmaOperation>("__mm_populate", { file }, (k, { context, vma }) => {
  const { machine, mm } = context;
  const found = k.register("found", bool);
  const writable = machine.vmaWrite(mm, vma);
  const write: Expr = isConstant(writable) ? writable : k.register("write", bool);
  const result = k.register("result", populated);
  const lookUp = (label: string) =>
    k.step(label, "takes the mmap lock for reading and looks up the VMA", () => {
      mmapReadLock(k, context);
      const populates = machine.has("mlock-populates-read-only") ? true : writable;
      k.set(found, and(machine.vmaMapped(mm, vma.index), populates));
      sayVma(k, "reading", found, () => k.outcome("finds no VMA to populate"));
      if (!isConstant(write)) k.set(write, writable);
    });
  const leave = (label: string) =>
    k.step(label, "drops the mmap lock", () => {
      mmapReadUnlock(k, context);
      endWriting(k, context);
    });
  lookUp("mmap_read_lock");
  for (let va = vma.first; va < vma.first + vma.count; va++) {
    const name = machine.addresses[va];
    const touch = (forWriting: boolean) =>
      k.set(result, k.call(populateVmaPage, { context, va, write: forWriting, unlockable: true }));
    // If the VMA is not readable, nothing is faulted in.
    const read = () => (vma.readable ? touch(false) : k.set(result, "failed"));
    k.loop(() => {
      k.if(not(found), () => {
        leave(`mmap_read_unlock without ${name}`);
        k.return();
      });
      k.if(write, () => touch(true), read);
      k.if(eq(result, "done"), () => k.break());
      k.if(eq(result, "failed"), () => {
        k.step(`mmap_read_unlock at ${name}`, "drops the mmap lock; ENOMEM", () => {
          mmapReadUnlock(k, context);
          endWriting(k, context);
          k.set(machine.failed(context.actor), true);
        });
        k.return();
      });
      if (mayBeKilled(machine)) {
        k.step(`fatal_signal_pending at ${name}`, "gives up if the process is exiting; EINTR", () => {
          k.set(found, not(fatalSignalPending(context)));
          sayFatalSignal(k, not(found));
          k.if(fatalSignalPending(context), () => endWriting(k, context));
        });
        k.if(not(found), () => k.return());
      }
      lookUp(`mmap_read_lock again for ${name}`);
    });
  }
  leave("mmap_read_unlock");
});

/** Making a page exclusive to a device since v6.15: one entry, found by a walk of the page table (mm/rmap.c). */
import { and, type Expr, eq, field, not } from "../../ir/expression.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import { vmaAt } from "../machine/machine.ts";
import { clearPresentEntry } from "./clear-entry.ts";
import { finishConversion } from "./exclusive-entry.ts";
import { getUserPagesRemote } from "./gup.ts";
import type { MakeExclusive } from "./make-device-exclusive-range.ts";
import { invalidateRangeEnd, invalidateRangeStart } from "./notifier.ts";
import { lockPage, putPage, unlockPage } from "./page.ts";
import { awaitPtl, mapsPage } from "./page-table.ts";
import { fatalSignalPending, mayBeKilled } from "./signal.ts";

/** make_device_exclusive(): returns the page, locked and with a reference, or no page. It waits for the page lock. */
export const makeDeviceExclusive = procedure<MakeExclusive>(
  "make_device_exclusive",
  { file: "mm/rmap.c", returns: ({ context }) => context.machine.types.page },
  (k, request) => {
    const { context, va, owner } = request;
    const { machine, mm } = context;
    const pte = machine.pte(mm, va);
    const pteval = k.register("pteval", machine.types.pte);
    const found = k.register("found", bool);
    k.loop(() => {
      const page = k.call(getUserPagesRemote, { context, va, owner });
      k.if(eq(page, machine.noPage), () => k.return(machine.noPage));
      const anonymous = k.register("anonymous", bool);
      k.step("folio_test_anon", "checks whether the page is anonymous", () => {
        k.set(anonymous, machine.pageAnon(page));
        k.if(
          anonymous,
          () => k.outcome("finds", page, "anonymous"),
          () => k.outcome("finds that", page, "is not anonymous: fails"),
        );
      });
      k.if(not(anonymous), () => {
        k.step("folio_put of a file page", "drops the reference; EOPNOTSUPP", () => putPage(k, context, page));
        k.return(machine.noPage);
      });
      lockKillably(k, request, page);
      k.call(invalidateRangeStart, { context, event: "EXCLUSIVE", mm, first: va, count: 1, owner });
      const conversion = { context, mm, va, page, pteval };
      k.step("folio_walk_start", "takes the PTL and clears the entry if it still maps the page writable", () => {
        awaitPtl(k, context, mm);
        const byPte = not(machine.pmdMapped(mm, vmaAt(machine, va)));
        const same = and(mapsPage(pte, page), field(pte, "write"), byPte);
        k.set(found, same);
        k.if(
          same,
          () => clearPresentEntry(k, conversion),
          () => k.outcome("finds the entry", pte, ", which no longer maps", page, "writable"),
        );
      });
      k.if(found, () => finishConversion(k, conversion, () => {}));
      k.call(invalidateRangeEnd, { context, mm });
      k.if(found, () => k.return(page));
      k.step("folio_unlock", "unlocks the page, which is no longer mapped there", () => unlockPage(k, context, page));
      k.step("folio_put", "drops its reference and starts over", () => putPage(k, context, page));
    });
  },
);

/**
 * folio_lock_killable(): a fatal signal ends the wait if the caller is a thread of the process. A driver that answers
 * its device's faults in a kernel thread gets no such signal.
 */
function lockKillably(k: Recorder, { context, byProcess = false }: MakeExclusive, page: Expr): void {
  const { machine } = context;
  const [label, note] = ["folio_lock_killable", "waits for the page lock"];
  if (!byProcess || !mayBeKilled(machine)) {
    k.step(label, note, () => lockPage(k, context, page));
    return;
  }
  const killed = k.register("killed", bool);
  k.set(killed, false);
  k.step(label, note, () =>
    k.choose({
      locked: () => lockPage(k, context, page),
      "fatal signal": () => {
        k.await(fatalSignalPending(context));
        k.outcome("stops waiting because of a fatal signal");
        k.set(killed, true);
      },
    }),
  );
  k.if(killed, () => {
    k.step("folio_put after a fatal signal", "drops the reference; EINTR", () => putPage(k, context, page));
    k.return(machine.noPage);
  });
}

/** A fault on a page in the memory of a device: its driver brings the page back (mm/memory.c do_swap_page). */
import { type Expr, eq, ne, not, or } from "../../ir/expression.ts";
import { procedure } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import type { Context } from "../machine/context.ts";
import { isMemoryOf, memoryOf } from "../machine/device-memory.ts";
import { faultResult } from "./cow.ts";
import { forgetName, getPage, putPage, tryLockPage, unlockPage, usePage } from "./page.ts";
import { awaitPtl, pfn, sayChanged } from "./page-table.ts";

export interface PrivateFault {
  readonly context: Context;
  readonly va: number;
  /** The entry as the fault read it. */
  readonly orig: Expr;
}

/**
 * do_swap_page() for an entry of a device's page: calls migrate_to_ram() of the driver. Up to v6.0 the fault has no
 * reference to the page. Since v6.15 it locks the page as well. Another fault on the page then tries again, since v7.0
 * after it has waited for the lock.
 */
export const doDevicePrivate = procedure<PrivateFault>(
  "do_swap_page",
  { file: "mm/memory.c", returns: faultResult },
  (k, { context, va, orig }) => {
    const { machine, mm, drivers } = context;
    const page = pfn(orig);
    const pte = machine.pte(mm, va);
    const reference = machine.has("private-fault-takes-reference");
    const locks = machine.has("private-fault-locks-page");
    if (reference) {
      const same = k.register("same", bool);
      const locked = k.register("locked", bool);
      const note = `under the PTL: takes a reference to the page${locks ? " and its lock" : ""}, if the entry is unchanged`;
      k.step("get_page", note, () => {
        awaitPtl(k, context, mm);
        forgetName(k, context);
        k.set(same, eq(pte, orig));
        k.set(locked, true);
        k.if(not(same), () => sayChanged(k, pte));
        k.if(same, () => {
          if (locks) tryLockPage(k, context, page, () => k.set(locked, false));
          k.if(locked, () => {
            k.outcome("takes a reference to", page);
            getPage(k, context, page);
          });
        });
      });
      k.if(not(same), () => k.return("done"));
      k.if(not(locked), () => {
        if (machine.has("private-fault-waits-for-lock"))
          k.step("softleaf_entry_wait_on_locked", "waits until the page is unlocked or the entry has changed", () => {
            k.await(or(ne(pte, orig), eq(machine.pageLock(page), 0)));
            k.outcome("stops waiting: the access is tried again");
          });
        k.return("done");
      });
    } else {
      k.step("page->pgmap", "looks up the driver in the page, without a reference to it", () => {
        usePage(k, context, page);
        forgetName(k, context);
      });
    }
    const result = k.register("result", faultResult);
    for (const [device, info] of machine.devices.entries()) {
      if (memoryOf(machine, device).length === 0) continue;
      k.if(isMemoryOf(machine, device, page), () => {
        const back = k.call(drivers[info.driver].migrateToRam, { context, device, va, page });
        k.if(
          back,
          () => k.set(result, "done"),
          () => k.set(result, "signal"),
        );
      });
    }
    if (reference) {
      if (locks) k.step("unlock_page", "unlocks the page", () => unlockPage(k, context, page));
      k.step("put_page", "drops the fault's reference", () => putPage(k, context, page));
    }
    k.return(result);
  },
);

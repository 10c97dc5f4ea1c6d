/** Locking a page in a fault (mm/filemap.c). A fault waits for the page lock in one of two manners. */
import { type Expr, eq, not, or } from "../../ir/expression.ts";
import type { Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import type { Context } from "../machine/context.ts";
import { type FaultLock, releaseFaultLock } from "./fault-lock.ts";
import { mmapReadUnlock } from "./mmap-lock.ts";
import { forgetName, lockPage, putPage, sayPageLocked, takePageLock, usePage } from "./page.ts";
import { mightSleep } from "./page-table.ts";
import { fatalSignalPending, mayBeKilled } from "./signal.ts";

export interface PageLockFault extends FaultLock {
  readonly context: Context;
  readonly page: Expr;
  readonly mayRetry: Expr;
  readonly reference: boolean;
  readonly killable: boolean;
}

/**
 * lock_page_or_retry(): returns with the page locked, or leaves by `retry` with the mmap lock dropped, after the page
 * has been unlocked. `reference`: the fault holds a reference, which a retry drops. `killable`: a fatal signal ends the
 * wait, also by `retry` (FAULT_FLAG_KILLABLE). `retry` gets words for the labels of its steps.
 */
export function lockPageOrRetry(k: Recorder, fault: PageLockFault, retry: (when: string) => void): void {
  const { context, page, mayRetry, reference, killable } = fault;
  const lock = context.machine.pageLock(page);
  const locked = k.register("locked", bool);
  k.step("trylock_page", "takes the page lock if it is free", () => {
    k.set(locked, eq(lock, 0));
    k.if(
      eq(lock, 0),
      () => takePageLock(k, context, page),
      () => sayPageLocked(k, context, page),
    );
  });
  k.if(not(locked), () => {
    k.if(
      mayRetry,
      () => {
        k.step("drop mmap_lock", "drops the lock of the fault, because the first try may sleep", () =>
          releaseFaultLock(k, context, fault),
        );
        k.step("wait_on_page_locked", "waits until the page is unlocked", () => {
          mightSleep(k, context);
          k.await(killable ? or(eq(lock, 0), fatalSignalPending(context)) : eq(lock, 0));
          usePage(k, context, page);
          k.if(
            eq(lock, 0),
            () => k.outcome("sees that", page, "is no longer locked"),
            () => k.outcome("stops waiting because of a fatal signal"),
          );
          if (!reference) forgetName(k, context);
        });
        if (reference) k.step("folio_put before retry", "drops the fault's reference", () => putPage(k, context, page));
        retry("before retry");
      },
      () => lockWithMmapLock(k, fault, retry),
    );
  });
}

/** The second try waits with the mmap lock held. It drops the mmap lock if a fatal signal ends the wait. */
function lockWithMmapLock(k: Recorder, fault: PageLockFault, retry: (when: string) => void): void {
  const { context, page, reference, killable } = fault;
  const [label, note] = ["lock_page", "waits for the page lock with the mmap lock held"];
  if (!killable || !mayBeKilled(context.machine)) {
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
        k.outcome("stops waiting because of a fatal signal and drops the mmap lock");
        k.set(killed, true);
        mmapReadUnlock(k, context);
        if (!reference) forgetName(k, context);
      },
    }),
  );
  k.if(killed, () => {
    if (reference)
      k.step("folio_put after a fatal signal", "drops the fault's reference", () => putPage(k, context, page));
    retry("after a fatal signal");
  });
}

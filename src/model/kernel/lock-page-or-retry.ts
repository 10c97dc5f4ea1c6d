/** Locking a page in a fault (mm/filemap.c): waits for the page lock in one of two ways. */
import { type Expr, eq, not } from "../../ir/expression.ts";
import type { Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import type { Context } from "../context.ts";
import { mmapReadUnlock } from "./mmap-lock.ts";
import { forgetName, lockPage, putPage, takePageLock, usePage } from "./page.ts";
import { mightSleep } from "./page-table.ts";

/**
 * lock_page_or_retry(): returns with the page locked, or leaves by `retry`, the mmap lock dropped and the page unlocked
 * since. `reference`: the fault holds one, which a retry drops.
 */
export function lockPageOrRetry(
  k: Recorder,
  fault: {
    readonly context: Context;
    readonly page: Expr;
    readonly mayRetry: Expr;
    readonly reference: boolean;
  },
  retry: () => void,
): void {
  const { context, page, mayRetry, reference } = fault;
  const lock = context.machine.pageLock(page);
  const locked = k.register("locked", bool);
  k.step("trylock_page", "takes the page lock if it is free", () => {
    k.set(locked, eq(lock, 0));
    k.if(eq(lock, 0), () => takePageLock(k, context, page));
  });
  k.if(not(locked), () => {
    k.if(
      mayRetry,
      () => {
        k.step("drop mmap_lock", "the first try may sleep, so it lets go of the mmap lock first", () =>
          mmapReadUnlock(k, context),
        );
        k.step("wait_on_page_locked", "waits until the page is unlocked", () => {
          mightSleep(k, context);
          k.await(eq(lock, 0));
          usePage(k, context, page);
          if (!reference) forgetName(k, context);
        });
        if (reference) k.step("folio_put before retry", "drops the fault's reference", () => putPage(k, context, page));
        retry();
      },
      () => k.step("lock_page", "waits for the page lock with the mmap lock held", () => lockPage(k, context, page)),
    );
  });
}

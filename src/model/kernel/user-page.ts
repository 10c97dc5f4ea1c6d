/** Calls of get_user_pages and pin_user_pages for one page, with the mmap lock around them (mm/gup.c). */
import { type Expr, eq, ne, not, or } from "../../ir/expression.ts";
import type { Recorder } from "../../ir/recorder.ts";
import { bool, enumeration } from "../../ir/types.ts";
import { followPages, type GetUserPages } from "./gup.ts";
import { mmapReadLock, mmapReadUnlock } from "./mmap-lock.ts";
import { isZeroPage } from "./page-table.ts";
import { fatalSignalPending, mayBeKilled, sayFatalSignal } from "./signal.ts";
import { endWriting } from "./tracking.ts";

const userPage = enumeration("UserPage", ["taken", "failed", "unlocked"]);

export interface UserPage extends Pick<GetUserPages, "context" | "va" | "write" | "pin" | "touches"> {
  /** What the actor has from an earlier call: a page plus one, or 0. The call does nothing if there is a page. */
  readonly holds: Expr;
  /** Part of the step that finds the page. */
  readonly take: () => void;
  /** FOLL_UNLOCKABLE: a fault may drop the mmap lock and be killed. Then the call takes the lock again and goes on. */
  readonly unlockable?: boolean;
}

/**
 * Takes a reference or a pin under the mmap lock. A reader may find the zero page, which is never freed: nothing is
 * taken then.
 */
export function takeUserPage(k: Recorder, request: UserPage): void {
  if (request.unlockable !== true) return tryOnce(k, request);
  const { context, write = true } = request;
  const { machine, actor } = context;
  const tried = k.register("tried", bool);
  const killed = k.register("killed", bool);
  k.set(tried, false);
  k.loop(() => {
    tryOnce(k, request, tried);
    // The lock was dropped.
    k.set(tried, true);
    if (!mayBeKilled(machine)) return;
    k.step("fatal_signal_pending", "gives up if the process is exiting; EINTR", () => {
      k.set(killed, fatalSignalPending(context));
      sayFatalSignal(k, killed);
      k.if(killed, () => {
        k.set(machine.failed(actor), true);
        if (write) endWriting(k, context);
      });
    });
    k.if(killed, () => k.return());
  });
}

/** Returns unless a fault has dropped the lock. With `tried` a fault may drop it, but only if this is the first try. */
function tryOnce(
  k: Recorder,
  { context, va, write = true, pin = false, touches = true, holds, take }: UserPage,
  tried?: Expr,
): void {
  const { machine, mm } = context;
  const go = k.register("go", bool);
  const result = k.register("result", userPage);
  const zero = isZeroPage(machine, machine.pte(mm, va));
  k.step("mmap_read_lock", "takes the mmap lock for reading, unless it has the page already", () => {
    k.set(go, eq(holds, 0));
    k.if(
      go,
      () => {
        k.outcome("takes the mmap lock for reading");
        mmapReadLock(k, context);
      },
      () => k.outcome("finds that it has the page already"),
    );
  });
  k.if(not(go), () => k.return());
  const end = (how: "taken" | "failed" | "unlocked") => () => {
    k.set(result, how);
    k.break();
  };
  followPages(
    k,
    { context, va, write, pin, touches },
    {
      grab: () => {
        if (write) return take();
        k.if(zero, () => k.outcome("finds the zero page: takes nothing"), take);
      },
      got: end("taken"),
      failed: end("failed"),
      ...(tried === undefined ? {} : { unlocked: end("unlocked"), tried }),
    },
  );
  const unlock = () => {
    k.step("mmap_read_unlock", "drops the mmap lock", () => {
      k.set(machine.failed(context.actor), or(machine.failed(context.actor), eq(result, "failed")));
      if (write) endWriting(k, context);
      mmapReadUnlock(k, context);
    });
    k.return();
  };
  if (tried === undefined) unlock();
  else k.if(ne(result, "unlocked"), unlock);
}

/** Calls of get_user_pages and pin_user_pages for one page, with the mmap lock around them (mm/gup.c). */
import { type Expr, eq, not, or } from "../../ir/expression.ts";
import type { Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import { followPages, type GetUserPages } from "./gup.ts";
import { mmapReadLock, mmapReadUnlock } from "./mmap-lock.ts";
import { isZeroPage } from "./page-table.ts";
import { endWriting } from "./tracking.ts";

export interface UserPage extends Pick<GetUserPages, "context" | "va" | "write" | "pin"> {
  /** What the actor has from an earlier call: a page plus one, or 0. The call does nothing if there is a page. */
  readonly holds: Expr;
  /** Part of the step that finds the page. */
  readonly take: () => void;
}

/**
 * Takes a reference or a pin under the mmap lock, which is not dropped meanwhile. A reader may find the zero page, which
 * is never freed: nothing is taken then.
 */
export function takeUserPage(k: Recorder, { context, va, write = true, pin = false, holds, take }: UserPage): void {
  const { machine, mm } = context;
  const go = k.register("go", bool);
  const failed = k.register("failed", bool);
  const zero = isZeroPage(machine, machine.pte(mm, va));
  k.set(failed, false);
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
  followPages(
    k,
    { context, va, write, pin },
    {
      grab: () => {
        if (write) return take();
        k.if(zero, () => k.outcome("finds the zero page: takes nothing"), take);
      },
      got: () => k.break(),
      failed: () => {
        k.set(failed, true);
        k.break();
      },
    },
  );
  k.step("mmap_read_unlock", "drops the mmap lock", () => {
    k.set(machine.failed(context.actor), or(machine.failed(context.actor), failed));
    if (write) endWriting(k, context);
    mmapReadUnlock(k, context);
  });
}

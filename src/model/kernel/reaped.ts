/** What a fault does in an address space from which the out-of-memory reaper takes pages (include/linux/oom.h). */
import { constant, type Expr, isConstant } from "../../ir/expression.ts";
import type { Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import type { Context } from "../machine/context.ts";

/**
 * check_stable_address_space(): a page that the reaper has taken must not be replaced by an empty one, which the process
 * would take for its own data.
 */
export function isReaped({ machine, mm }: Context): Expr {
  return machine.reaped(mm);
}

/** A register for the result, which is constantly false if there is no reaper. */
export function reapedRegister(k: Recorder, context: Context): Expr {
  return isConstant(isReaped(context)) ? constant(0, bool) : k.register("reaped", bool);
}

/** Part of the step that would map a new page. */
export function unlessReaped(k: Recorder, context: Context, reaped: Expr, map: () => void): void {
  if (isConstant(reaped)) return map();
  k.set(reaped, isReaped(context));
  k.if(reaped, () => k.outcome("finds that the out-of-memory reaper has begun to take pages: SIGBUS"), map);
}

/** The fatal signal that a process's exit sends to its other threads (kernel/signal.c). */
import { constant, type Expr, ne } from "../../ir/expression.ts";
import type { Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import type { Context } from "../machine/context.ts";
import type { Machine } from "../machine/machine.ts";

/** Whether fatal signals can arrive and end sleeps. */
export function mayBeKilled(machine: Machine): boolean {
  return machine.uses("exit") && machine.has("fatal-signal-ends-sleep");
}

/** fatal_signal_pending(): wakes a thread in a killable sleep (TASK_KILLABLE). */
export function fatalSignalPending({ machine, mm }: Context): Expr {
  return mayBeKilled(machine) ? ne(machine.exitState(mm), "running") : constant(0, bool);
}

/** Part of a step that looks for a fatal signal before it tries again. */
export function sayFatalSignal(k: Recorder, pending: Expr): void {
  k.if(
    pending,
    () => k.outcome("gives up, because the process is exiting"),
    () => k.outcome("sees no fatal signal: tries again"),
  );
}

/** Computes the whole states of a trace from the changes that it records. */
import type { Trace } from "./format.ts";

/** Keyed by the variable's element. null: a register that has no meaning at this point. */
export type TraceState = Readonly<Record<string, string | null>>;

/** The state before the first step, and that after each step. Every state names the same elements. */
export function statesOf({ initial, steps }: Trace): readonly TraceState[] {
  const names = new Set([
    ...Object.keys(initial),
    ...steps.flatMap(({ changes }) => changes.map(({ variable }) => variable)),
  ]);
  let state: TraceState = Object.fromEntries([...names].map((name) => [name, initial[name] ?? null]));
  const states = [state];
  for (const { changes } of steps) {
    state = { ...state, ...Object.fromEntries(changes.map((change) => [change.variable, change.new])) };
    states.push(state);
  }
  return states;
}

/** Numbers of a search that must not be confused (src/ir/indices.ts says how). */
import type { Branded } from "../../ir/indices.ts";

/** The number of a stored state. If the store reuses numbers, states of different levels may have the same one. */
export type StateIndex = Branded<"state">;

/** Transitions from the initial state. */
export type Level = Branded<"level">;

export function stateIndex(number: number): StateIndex {
  return number as StateIndex;
}

export function levelOf(depth: number): Level {
  return depth as Level;
}

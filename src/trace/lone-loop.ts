/** A run that never ends because one actor goes round: at its end it is again in a state that it was in before. */
import { at } from "../ir/lookup.ts";
import type { TakenStep } from "./taken-step.ts";

export type LoopStep = Pick<TakenStep, "location" | "before" | "outcome">;

export interface LoneLoop {
  /** Position in `Program.actors`. */
  readonly actor: number;
  /** The first step of the loop, counted from 1. The last step of the path leads back to the state before it. */
  readonly repeats: number;
}

/**
 * The shortest loop at the end of a path in which one actor takes all steps, and none of them is bad luck that no run has
 * for ever. Undefined if the path does not end so.
 */
export function loneLoopAtEnd(path: readonly LoopStep[]): LoneLoop | undefined {
  const end = path.at(-1);
  if (end === undefined) return undefined;
  const { actor } = end.location;
  const goal = end.outcome.state.join();
  for (let position = path.length - 1; position >= 0; position--) {
    const { location, before, outcome } = at(path, position);
    if (location.actor !== actor || outcome.finitelyOften) return undefined;
    if (before.join() === goal) return { actor, repeats: position + 1 };
  }
  return undefined;
}

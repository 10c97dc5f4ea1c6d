/** Runs that never end: at the end of the path the run is in a state that it was in before. */
import { enabledActors } from "../ir/enabled-actors.ts";
import { at } from "../ir/lookup.ts";
import type { Program } from "../ir/program.ts";
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

/**
 * The first step of the shortest loop at the end of a path in which every actor moves, or cannot move in some state.
 * Undefined if the path does not end so.
 */
export function fairLoopAtEnd(program: Program, path: readonly LoopStep[]): number | undefined {
  const all = 2 ** program.actors.length - 1;
  const goal = path.at(-1)?.outcome.state.join();
  let served = 0;
  for (let position = path.length - 1; position >= 0; position--) {
    const { location, before, outcome } = at(path, position);
    if (outcome.finitelyOften) return undefined;
    served |= (1 << location.actor) | ~enabledActors(program, before);
    if (before.join() === goal && (served & all) === all) return position + 1;
  }
  return undefined;
}

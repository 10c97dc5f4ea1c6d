import type { State } from "./evaluate.ts";
import { executeStep } from "./interpreter.ts";
import type { Program } from "./program.ts";
import { restingPlaces } from "./resting-places.ts";

/** The actors that have an enabled move, as a mask. */
export function enabledActors(program: Program, state: State): number {
  return restingPlaces(program, state).reduce((mask, { id, actor, choices }) => {
    for (let choice = 0; choice < choices; choice++)
      if (executeStep(program, state, id, choice) !== undefined) return mask | (1 << actor);
    return mask;
  }, 0);
}

import type { State } from "./evaluate.ts";
import { at } from "./lookup.ts";
import { firstSlot, type Location, type Program } from "./program.ts";

/** The location at which each actor rests in a state, by actor. */
export function restingPlaces(program: Program, state: State): readonly Location[] {
  return program.actors.map(({ first, pc }) => at(program.locations, first + at(state, firstSlot(program, pc))));
}

/** Whether every actor has finished. */
export function hasFinished(program: Program, state: State): boolean {
  return restingPlaces(program, state).every(({ body }) => body.length === 0);
}

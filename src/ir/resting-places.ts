import type { State } from "./evaluate.ts";
import type { Location, Program } from "./program.ts";

/** The location at which each actor rests in a state, by actor. */
export function restingPlaces(program: Program, state: State): readonly Location[] {
  return program.actors.map((actor) => {
    const location = program.locations[actor.first + (state[program.slotOf.get(actor.pc) ?? -1] ?? 0)];
    if (location === undefined) throw new Error(`${actor.name} rests at no location`);
    return location;
  });
}

/** Whether every actor has finished. */
export function hasFinished(program: Program, state: State): boolean {
  return restingPlaces(program, state).every(({ body }) => body.length === 0);
}

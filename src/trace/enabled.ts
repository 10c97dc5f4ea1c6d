import type { State } from "../ir/evaluate.ts";
import { at } from "../ir/lookup.ts";
import type { Location, Program } from "../ir/program.ts";
import { restingPlaces } from "../ir/resting-places.ts";
import type { Blocked } from "./format.ts";
import { alternativesTaken } from "./take-step.ts";

/** A step that can be taken, under one choice number. */
export interface EnabledStep {
  readonly actor: string;
  readonly procedure: string;
  readonly label: string;
  readonly choice: { readonly number: number; readonly alternatives: readonly string[] };
}

export function enabledSteps(program: Program, state: State): readonly EnabledStep[] {
  return restingPlaces(program, state).flatMap((location) => enabledAt(program, state, location));
}

export function enabledAt(program: Program, state: State, location: Location): readonly EnabledStep[] {
  const { procedure, label } = location;
  const actor = actorOf(program, location);
  return Array.from({ length: location.choices }, (_, number) => number).flatMap((number) => {
    const alternatives = alternativesTaken(program, state, location, number);
    return alternatives === undefined ? [] : [{ actor, procedure, label, choice: { number, alternatives } }];
  });
}

/** Where the unfinished actors wait. Meant for a state in which no step is enabled. */
export function blockedActors(program: Program, state: State): readonly Blocked[] {
  return restingPlaces(program, state)
    .filter(({ body }) => body.length > 0)
    .map((location) => ({
      actor: actorOf(program, location),
      procedure: location.procedure,
      label: location.label,
      note: location.note,
      source: { file: location.source.file, function: location.source.function },
    }));
}

function actorOf(program: Program, location: Location): string {
  return at(program.actors, location.actor).name;
}

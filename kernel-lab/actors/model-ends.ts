/** Every end that the model reaches if actors run together: an exhaustive search with the interpreter. */
import type { State } from "../../src/ir/evaluate.ts";
import { at, wordAt } from "../../src/ir/lookup.ts";
import { firstSlot, type Location } from "../../src/ir/program.ts";
import { restingPlaces } from "../../src/ir/resting-places.ts";
import { canonicalState } from "../../src/ir/symmetry.ts";
import type { ModelEnding } from "../conform/endings.ts";
import type { LabModel } from "../conform/model-outcomes.ts";
import { keyOf, type RestState } from "../conform/rest-states.ts";
import type { ActorsProgram } from "./actors-program.ts";
import { footprintsOf } from "./footprints.ts";
import { type Together, togetherProgram } from "./together-program.ts";

/** How a program can end. */
export interface ModelEnd {
  readonly state: RestState;
  /** By actor in the order of the program, then by operation. */
  readonly endings: readonly (readonly ModelEnding[])[];
  /** What the model asserts and what was false on the way. */
  readonly complaints: readonly string[];
}

export interface ModelEnds {
  readonly ends: readonly ModelEnd[];
  /** Different states that were explored. */
  readonly states: number;
}

/** Undefined if there are more than `mostStates` states. */
export function modelEnds(model: LabModel, program: ActorsProgram, mostStates: number): ModelEnds | undefined {
  const together = togetherProgram(model, program.together);
  const next = successorsIn(model, together);
  const zeros = ghostSlots(together);
  const met = new Set<string>();
  const ends = new Map<string, ModelEnd>();
  const pending: State[] = [];

  function add(state: State): void {
    const key = keyWithout(zeros, canonicalState(together.program.symmetries, state).state);
    if (met.has(key)) return;
    met.add(key);
    pending.push(state);
  }

  for (const { values } of restsAfter(model, program)) add(together.start(values));
  for (let state = pending.pop(); state !== undefined; state = pending.pop()) {
    if (met.size > mostStates) return undefined;
    const places = restingPlaces(together.program, state);
    const successors = next(state, places);
    if (successors.length > 0) {
      for (const successor of successors) add(successor);
      continue;
    }
    const end = endIn(model, together, state, places);
    ends.set(JSON.stringify([end.state.id, end.endings, end.complaints]), end);
  }
  return { ends: [...ends.values()], states: met.size };
}

/** The states at rest in which the prefix can end. */
function restsAfter(model: LabModel, { prefix }: ActorsProgram): readonly RestState[] {
  let states: readonly RestState[] = [model.states.start];
  for (const step of prefix)
    states = [...new Set(states.flatMap((from) => model.outcomes(from, step).map(({ state }) => state)))];
  return states;
}

/** All successors of a state, or those of one actor if no other actor can disturb it. */
function successorsIn({ machine }: LabModel, together: Together) {
  const { program, handler } = together;
  const { independent } = footprintsOf(program, together.alsoUsed);
  const waits = program.actors.flatMap((_, actor) => {
    const { op, ...load } = machine.userfaultAt(actor);
    return op === "load" && "variable" in load ? [firstSlot(program, load.variable) + actor] : [];
  });

  /** The handler answers only faults that wait. */
  function isIdle(state: State, { actor, label }: Location, choice: number): boolean {
    if (actor !== handler?.actor || !label.startsWith("next operation")) return false;
    const va = at(handler.resolves, choice);
    return waits.every((slot) => wordAt(state, slot) !== va + 1);
  }

  function own(state: State, place: Location): readonly State[] {
    const found: State[] = [];
    for (let choice = 0; choice < place.choices; choice++) {
      if (isIdle(state, place, choice)) continue;
      const taken = together.take(state, place, choice);
      if (taken !== undefined) found.push(taken);
    }
    const skipped = together.skip(state, place);
    return skipped === undefined ? found : [...found, skipped];
  }

  return (state: State, places: readonly Location[]): readonly State[] => {
    const active = places.filter(({ body }) => body.length > 0);
    for (const place of active) {
      const others = active.filter((other) => other !== place);
      if (!independent(place, others)) continue;
      const alone = own(state, place);
      if (alone.length > 0) return alone;
    }
    return active.flatMap((place) => own(state, place));
  };
}

function endIn(model: LabModel, together: Together, state: State, places: readonly Location[]): ModelEnd {
  const endings = together.endings(state).map((ones, position) => {
    const [first] = at(together.operations, position);
    const place = first === undefined ? undefined : at(places, first.actor);
    if (place === undefined || place.body.length === 0) return ones;
    return [...ones.slice(0, -1), { kind: "waits", at: `${place.procedure}, step "${place.label}"` } as const];
  });
  return { state: model.states.keep(state), endings, complaints: together.complaints(state) };
}

function ghostSlots({ program }: Together): readonly number[] {
  return program.variables
    .filter(({ ghost }) => ghost)
    .flatMap((ghost) => Array.from({ length: ghost.size }, (_, element) => firstSlot(program, ghost) + element));
}

function keyWithout(slots: readonly number[], state: State): string {
  const bare = state.slice();
  for (const slot of slots) bare[slot] = 0;
  return keyOf(bare);
}

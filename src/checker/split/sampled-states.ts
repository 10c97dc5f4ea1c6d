/**
 * States of a program, as a sample of what a search will store. Random walks reach states of all depths. From each of
 * them some more are found breadth first, because what a sample must show is how the parts of neighbouring states
 * combine.
 */
import { executeStep, initialState } from "../../ir/interpreter.ts";
import { at } from "../../ir/lookup.ts";
import type { Program, Symmetry } from "../../ir/program.ts";
import { restingPlaces } from "../../ir/resting-places.ts";
import { canonicalState } from "../../ir/symmetry.ts";
import { randomNumbers } from "./random-numbers.ts";

type State = Int32Array;

const walks = 12;
/** Steps of the longest walk. */
const longestWalk = 400;

/** About `size` states, possibly fewer; the same in every run. */
export function sampledStates(program: Program, symmetries: readonly Symmetry[], size: number): readonly State[] {
  const random = randomNumbers();
  const found = new Map<string, State>();
  for (let walk = 0; walk < walks; walk++) {
    const start = stateOfWalk(program, random);
    const queue = [start];
    const enough = found.size + size / walks;
    for (const state of queue) {
      if (found.size >= enough) break;
      for (const next of successors(program, state)) {
        const stored = canonicalState(symmetries, next).state;
        const key = stored.join();
        if (found.has(key)) continue;
        found.set(key, stored);
        queue.push(next);
      }
    }
  }
  return [...found.values()];
}

/** One of the states of a random walk. */
function stateOfWalk(program: Program, random: (below: number) => number): State {
  let state = initialState(program);
  const length = random(longestWalk);
  const met = [state];
  while (met.length <= length) {
    const next = successors(program, state);
    if (next.length === 0) break;
    state = at(next, random(next.length));
    met.push(state);
  }
  return at(met, random(met.length));
}

function successors(program: Program, state: State): readonly State[] {
  return restingPlaces(program, state).flatMap(({ id, choices }) => {
    const outcomes = Array.from({ length: choices }, (_, choice) => executeStep(program, state, id, choice));
    return outcomes.flatMap((one) => (one === undefined || one.rangeError !== undefined ? [] : [one.state]));
  });
}

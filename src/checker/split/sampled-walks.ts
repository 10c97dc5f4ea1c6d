/** Random walks from the initial state, which show what a step changes. */
import { executeStep, initialState } from "../../ir/interpreter.ts";
import { at } from "../../ir/lookup.ts";
import type { Program, Symmetry } from "../../ir/program.ts";
import { restingPlaces } from "../../ir/resting-places.ts";
import { canonicalState } from "../../ir/symmetry.ts";
import { randomNumbers } from "./random-numbers.ts";

type State = Int32Array;

const longestWalk = 400;

/** The longest turn is half as many steps, as a logarithm. */
const turnsLog2 = 4;

/**
 * The states of each walk, one after the other, in their canonical forms; the same in every run. Actors take turns of
 * very different lengths. Otherwise all of them would get on alike, and few of the states of a search look like that.
 */
export function sampledWalks(
  program: Program,
  symmetries: readonly Symmetry[],
  walks: number,
): readonly (readonly State[])[] {
  const random = randomNumbers();
  return Array.from({ length: walks }, () => {
    const met: State[] = [];
    let [actor, left] = [0, 0];
    for (let state: State | undefined = initialState(program); state !== undefined && met.length < longestWalk; ) {
      met.push(canonicalState(symmetries, state).state);
      if (left === 0) [actor, left] = [random(program.actors.length), 2 ** random(turnsLog2)];
      left--;
      let next = successor(program, state, actor, random);
      for (let tries = 1; next === undefined && tries < program.actors.length; tries++) {
        left = 0;
        actor = (actor + 1) % program.actors.length;
        next = successor(program, state, actor, random);
      }
      state = next;
    }
    return met;
  });
}

/** Undefined if the actor cannot move. */
function successor(
  program: Program,
  state: State,
  actor: number,
  random: (below: number) => number,
): State | undefined {
  const { id, choices, body } = at(restingPlaces(program, state), actor);
  if (body.length === 0) return undefined;
  const first = random(choices);
  for (let choice = 0; choice < choices; choice++) {
    const outcome = executeStep(program, state, id, (first + choice) % choices);
    if (outcome !== undefined && outcome.rangeError === undefined) return outcome.state;
  }
  return undefined;
}

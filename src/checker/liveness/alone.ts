/**
 * Finds loops of one actor, for `ends-alone`. An actor that runs alone meets few states, so its runs are followed from
 * each stored state, without a look at what is stored. Symmetry does not matter: a loop from a state is, permuted, a loop
 * from its symmetric states.
 */

import { type ControlLoops, controlLoops } from "../../ir/control-loops.ts";
import type { State } from "../../ir/evaluate.ts";
import { executeStep } from "../../ir/interpreter.ts";
import { at } from "../../ir/lookup.ts";
import type { Location, Program } from "../../ir/program.ts";
import type { Property } from "../../ir/property.ts";
import { restingPlaces } from "../../ir/resting-places.ts";
import type { Move } from "../contract/search-types.ts";
import { judgeOf } from "../violations/violated-properties.ts";

/** Finds the shortest loop by which an actor alone returns to a state. */
export interface LoneLoops {
  /** Among equally short loops, the one of the least actor. Only for a state in which the actor is at a loop's head. */
  readonly through: (state: State) => readonly Move[] | undefined;
}

interface Arrival {
  readonly from: string | undefined;
  readonly move: Move | undefined;
  readonly state: State;
}

export function loneLoops(program: Program, properties: readonly Property[]): LoneLoops {
  const loops = controlLoops(program);
  const judge = judgeOf(program);

  /** The states to which a step of the loop leads that violates nothing. */
  function* successors(state: State, place: Location): Generator<{ readonly move: Move; readonly state: State }> {
    for (let choice = 0; choice < place.choices; choice++) {
      const outcome = executeStep(program, state, place.id, choice);
      if (outcome === undefined || outcome.rangeError !== undefined || outcome.finitelyOften) continue;
      if (!isSameLoop(program, loops, place, outcome.state)) continue;
      const isViolating = (one: Property): boolean =>
        judge.step(one, state, place, outcome) || judge.state(one, outcome.state);
      if (properties.some(isViolating)) continue;
      yield { move: { location: place.id, choice }, state: outcome.state };
    }
  }

  function loopOf(start: State, actor: number): readonly Move[] | undefined {
    const goal = start.join();
    const arrivals = new Map<string, Arrival>([[goal, { from: undefined, move: undefined, state: start }]]);
    // A map's iterator also visits what is added meanwhile.
    for (const [from, { state }] of arrivals) {
      const place = at(restingPlaces(program, state), actor);
      for (const next of successors(state, place)) {
        const key = next.state.join();
        if (key === goal) return [...movesTo(arrivals, from), next.move];
        if (!arrivals.has(key)) arrivals.set(key, { from, ...next });
      }
    }
    return undefined;
  }

  return {
    through(state) {
      const found = restingPlaces(program, state).flatMap(({ id }, actor) => {
        const loop = loops.isHead[id] === 1 ? loopOf(state, actor) : undefined;
        return loop === undefined ? [] : [loop];
      });
      return found.reduce<readonly Move[] | undefined>(
        (best, one) => (best === undefined || one.length < best.length ? one : best),
        undefined,
      );
    },
  };
}

function isSameLoop(program: Program, { loopOf }: ControlLoops, from: Location, state: State): boolean {
  const there = at(restingPlaces(program, state), from.actor);
  return loopOf[from.id] !== 0 && loopOf[there.id] === loopOf[from.id];
}

function movesTo(arrivals: ReadonlyMap<string, Arrival>, end: string): readonly Move[] {
  const moves: Move[] = [];
  for (let one = arrivals.get(end); one?.move !== undefined; one = arrivals.get(one.from ?? "")) moves.push(one.move);
  return moves.reverse();
}

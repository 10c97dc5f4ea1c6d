/** The moves that a loop can take, by the interpreter. */
import { controlLoops } from "../../ir/control-loops.ts";
import type { State } from "../../ir/evaluate.ts";
import { executeStep } from "../../ir/interpreter.ts";
import { at } from "../../ir/lookup.ts";
import type { Program } from "../../ir/program.ts";
import type { Property } from "../../ir/property.ts";
import { restingPlaces } from "../../ir/resting-places.ts";
import type { Move } from "../contract/search-types.ts";
import { judgeOf } from "../violations/violated-properties.ts";

export interface LoopMove {
  readonly move: Move;
  readonly actor: number;
  readonly to: State;
}

/**
 * An actor's moves that stay in a loop of its control flow, are no bad luck, and violate nothing. A cycle of states
 * consists of such moves.
 */
export type LoopMoves = (state: State, actor: number) => readonly LoopMove[];

export function loopMovesOf(program: Program, properties: readonly Property[]): LoopMoves {
  const { loopOf } = controlLoops(program);
  const judge = judgeOf(program);
  return (state, actor) => {
    const place = at(restingPlaces(program, state), actor);
    if (loopOf[place.id] === 0) return [];
    const choices = Array.from({ length: place.choices }, (_, choice) => choice);
    return choices.flatMap((choice): readonly LoopMove[] => {
      const outcome = executeStep(program, state, place.id, choice);
      if (outcome === undefined || outcome.rangeError !== undefined || outcome.finitelyOften) return [];
      const to = outcome.state;
      if (loopOf[at(restingPlaces(program, to), actor).id] !== loopOf[place.id]) return [];
      const isViolated = (one: Property) => judge.step(one, state, place, outcome) || judge.state(one, to);
      return properties.some(isViolated) ? [] : [{ move: { location: place.id, choice }, actor, to }];
    });
  };
}

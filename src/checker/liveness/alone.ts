/** Loops of one actor through a given state, for `ends-alone`. An actor that runs alone meets few states. */
import { controlLoops } from "../../ir/control-loops.ts";
import type { State } from "../../ir/evaluate.ts";
import type { Program } from "../../ir/program.ts";
import type { Property } from "../../ir/property.ts";
import { restingPlaces } from "../../ir/resting-places.ts";
import type { Move } from "../contract/search-types.ts";
import { type LoopMove, type LoopMoves, loopMovesOf } from "./loop-moves.ts";

/**
 * The shortest loop by which an actor alone returns to a state in which it is at the head of a loop of its control flow.
 * Among equally short ones, that of the first actor.
 */
export type LoneLoopThrough = (state: State) => readonly Move[] | undefined;

export function loneLoopsOf(program: Program, properties: readonly Property[]): LoneLoopThrough {
  const { isHead } = controlLoops(program);
  const moves = loopMovesOf(program, properties);
  return (state) => {
    const loops = restingPlaces(program, state).flatMap(({ id, actor }) => {
      const loop = isHead[id] === 1 ? loopOf(moves, state, actor) : undefined;
      return loop === undefined ? [] : [loop];
    });
    return loops.sort((one, other) => one.length - other.length)[0];
  };
}

function loopOf(moves: LoopMoves, start: State, actor: number): readonly Move[] | undefined {
  const goal = start.join();
  const arrivals = new Map<string, Arrival>([[goal, { state: start, by: undefined }]]);
  // A map's iterator also visits what is added meanwhile.
  for (const [from, { state }] of arrivals) {
    for (const { move, to } of moves(state, actor)) {
      const key = to.join();
      if (key === goal) return [...movesTo(arrivals, from), move];
      if (!arrivals.has(key)) arrivals.set(key, { state: to, by: { from, move } });
    }
  }
  return undefined;
}

interface Arrival {
  readonly state: State;
  /** Undefined for the first state. */
  readonly by: (Pick<LoopMove, "move"> & { readonly from: string }) | undefined;
}

function movesTo(arrivals: ReadonlyMap<string, Arrival>, end: string): readonly Move[] {
  const moves: Move[] = [];
  for (let by = arrivals.get(end)?.by; by !== undefined; by = arrivals.get(by.from)?.by) moves.push(by.move);
  return moves.reverse();
}

/** The shortest fair loop through a given state, for the trace of `ends-together`. */
import { enabledActors } from "../../ir/enabled-actors.ts";
import type { State } from "../../ir/evaluate.ts";
import { at, entryOf } from "../../ir/lookup.ts";
import type { Program } from "../../ir/program.ts";
import type { Property } from "../../ir/property.ts";
import type { Move } from "../contract/search-types.ts";
import { type LoopMove, loopMovesOf } from "./loop-moves.ts";

interface Node {
  /** The actors that cannot move here. */
  readonly waiting: number;
  readonly moves: readonly Edge[];
}

interface Edge extends Pick<LoopMove, "move" | "actor"> {
  readonly to: number;
}

/** The states on loops through the first one, which is number 0. */
type Graph = ReadonlyMap<number, Node>;

/** A state and the actors that are served: on the way there, they moved or could not move. */
interface Position {
  readonly state: number;
  readonly served: number;
}

interface Walk extends Position {
  readonly moves: readonly Move[];
}

/** So many positions. With more, the loop need not be a shortest one. */
const mostPositions = 500_000;

/** Undefined if there is none. */
export function fairLoopThrough(
  program: Program,
  properties: readonly Property[],
  start: State,
): readonly Move[] | undefined {
  const graph = onLoops(graphFrom(program, properties, start));
  const all = 2 ** program.actors.length - 1;
  let here: Walk = { state: 0, served: entryOf(graph, 0, "the start of a fair loop").waiting, moves: [] };
  if (graph.size * (all + 1) <= mostPositions)
    return walk(graph, here, ({ state, served }) => state === 0 && served === all)?.moves;
  while (here.served !== all) {
    const { served } = here;
    const next = walk(graph, here, (position) => position.served !== served);
    if (next === undefined) return undefined;
    here = next;
  }
  return here.state === 0 && here.moves.length > 0 ? here.moves : walk(graph, here, ({ state }) => state === 0)?.moves;
}

function graphFrom(program: Program, properties: readonly Property[], start: State): Graph {
  const movesOf = loopMovesOf(program, properties);
  const numbers = new Map([[start.join(), 0]]);
  const states = [start];
  const graph = new Map<number, Node>();
  // An iterator also visits what is added meanwhile.
  for (const [number, state] of states.entries()) {
    const moves = program.actors.flatMap((_, own) =>
      movesOf(state, own).map(({ move, actor, to }): Edge => {
        const key = to.join();
        const known = numbers.get(key) ?? states.length;
        if (known === states.length) {
          numbers.set(key, known);
          states.push(to);
        }
        return { move, actor, to: known };
      }),
    );
    graph.set(number, { moves, waiting: ~enabledActors(program, state) & (2 ** program.actors.length - 1) });
  }
  return graph;
}

/** Without the states from which nothing leads back to the first one. */
function onLoops(graph: Graph): Graph {
  const back = new Map<number, number[]>();
  for (const [from, { moves }] of graph) for (const { to } of moves) back.set(to, [...(back.get(to) ?? []), from]);
  const kept = new Set([0]);
  for (const state of kept) for (const from of back.get(state) ?? []) kept.add(from);
  return new Map([...graph].filter(([state]) => kept.has(state)));
}

/** A shortest walk of at least one move that ends so. */
function walk(graph: Graph, from: Walk, isEnd: (position: Position) => boolean): Walk | undefined {
  const waiting: { readonly at: Position; readonly by: Step | undefined }[] = [{ at: from, by: undefined }];
  const met = new Set([keyOf(from)]);
  for (const [number, { at: here }] of waiting.entries()) {
    for (const { move, actor, to } of graph.get(here.state)?.moves ?? []) {
      const node = graph.get(to);
      if (node === undefined) continue;
      const position = { state: to, served: here.served | (1 << actor) | node.waiting };
      const by: Step = { from: number, move };
      if (isEnd(position)) return { ...position, moves: [...from.moves, ...stepsTo(by)] };
      if (met.has(keyOf(position))) continue;
      met.add(keyOf(position));
      waiting.push({ at: position, by });
    }
  }
  return undefined;

  function stepsTo(last: Step): readonly Move[] {
    const moves: Move[] = [];
    for (let by: Step | undefined = last; by !== undefined; by = at(waiting, by.from).by) moves.push(by.move);
    return moves.reverse();
  }
}

interface Step {
  readonly from: number;
  readonly move: Move;
}

function keyOf({ state, served }: Position): number {
  return state * 2 ** 20 + served;
}

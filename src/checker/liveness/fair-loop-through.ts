/** The shortest fair loop through a given state, for the trace of `ends-together`. */
import { enabledActors } from "../../ir/enabled-actors.ts";
import type { State } from "../../ir/evaluate.ts";
import { at, required } from "../../ir/lookup.ts";
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

/** By number: a state and its moves; undefined if the state is left out. The first state is number 0. */
type Graph = (number: number) => Node | undefined;

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
  const reachable = statesFrom(program, properties, start);
  const all = 2 ** program.actors.length - 1;
  const served = reachable.at(0).waiting;
  let here: Walk = { state: 0, served, moves: [] };
  const shortest = walk(reachable.at, here, (one) => one.state === 0 && one.served === all, mostPositions);
  if (shortest !== "too far") return shortest?.moves;
  const graph = onLoops(reachable);
  const anyWalk = (from: Walk, isEnd: (position: Position) => boolean): Walk | undefined => {
    const found = walk(graph, from, isEnd, Number.POSITIVE_INFINITY);
    return found === "too far" ? undefined : found;
  };
  while (here.served !== all) {
    const { served } = here;
    const next = anyWalk(here, (position) => position.served !== served);
    if (next === undefined) return undefined;
    here = next;
  }
  return here.state === 0 && here.moves.length > 0 ? here.moves : anyWalk(here, ({ state }) => state === 0)?.moves;
}

interface Reachable {
  readonly at: (number: number) => Node;
  /** How many states are known. */
  readonly known: () => number;
}

/** The states that the first one reaches. They are found when they are asked for. */
function statesFrom(program: Program, properties: readonly Property[], start: State): Reachable {
  const movesOf = loopMovesOf(program, properties);
  const numbers = new Map([[start.join(), 0]]);
  const states = [start];
  const nodes: Node[] = [];
  const expanded = (state: State): Node => {
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
    return { moves, waiting: ~enabledActors(program, state) & (2 ** program.actors.length - 1) };
  };
  return {
    at: (number) => {
      const node = nodes[number] ?? expanded(at(states, number));
      nodes[number] = node;
      return node;
    },
    known: () => states.length,
  };
}

/** Without the states from which nothing leads back to the first one. */
function onLoops(reachable: Reachable): Graph {
  const back = new Map<number, number[]>();
  for (let from = 0; from < reachable.known(); from++)
    for (const { to } of reachable.at(from).moves) {
      const others = back.get(to);
      if (others === undefined) back.set(to, [from]);
      else others.push(from);
    }
  const kept = new Set([0]);
  for (const state of kept) for (const from of back.get(state) ?? []) kept.add(from);
  return (number) => (kept.has(number) ? reachable.at(number) : undefined);
}

/** A shortest walk of at least one move that ends so. It is too far if there are more than `most` positions before. */
function walk(
  graph: Graph,
  from: Walk,
  isEnd: (position: Position) => boolean,
  most: number,
): Walk | "too far" | undefined {
  const waiting: { readonly at: Position; readonly by: Step | undefined }[] = [{ at: from, by: undefined }];
  const met = new Set([keyOf(from)]);
  for (const [number, { at: here }] of waiting.entries()) {
    if (number > most) return "too far";
    for (const { move, actor, to } of required(graph(here.state), "a state on a walk").moves) {
      const node = graph(to);
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

/**
 * The nearest state that is on a fair loop, for `ends-together`. All states are expanded again, and the moves that a
 * loop can take are kept. Their strongly connected components are the loops. A component is fair if every actor moves in
 * it, or cannot move in some state of it. All states of a component can be visited again and again, so one state is
 * enough.
 */
import { enabledActors } from "../../ir/enabled-actors.ts";
import { unpack } from "../../ir/layout.ts";
import { wordAt } from "../../ir/lookup.ts";
import type { Program } from "../../ir/program.ts";
import { type Components, componentsOf } from "../../ir/strong-components.ts";
import { levelOf } from "../contract/indices.ts";
import type { Livelocked } from "../livelock/first-livelocked.ts";
import type { StoredGraph, StoredMove } from "../livelock/stored-graph.ts";
import { get } from "../memory/shared-memory.ts";
import type { Explored } from "./explored.ts";
import { loopStepsOf } from "./loop-steps.ts";
import { nearestState } from "./nearest-state.ts";
import { type NumberList, numberList } from "./number-list.ts";

export function firstFairLoop(program: Program, explored: Explored, graph: StoredGraph): Livelocked | undefined {
  const { from, to, actors, nodes, nodeOf, moving } = loopEdges(program, explored, graph);
  const { components, served, isLoop } = loopsOf(nodes, { from: from.words(), to: to.words(), actors: actors.words() });
  const { serve, nearest } = fairLoops(program, explored, { nodeOf, moving, components, isLoop });
  serve(served);
  return nearest(served);
}

/** The states that this process has explored, by position: counted from 0 on, level by level. */
export interface StatesOnLoops extends Pick<Loops, "components" | "isLoop"> {
  /** The number of the state; 0 if no move of a loop leaves it. */
  readonly nodeOf: Int32Array;
  /** The actors that can move, as a mask. An actor that can only violate a property may be left out. */
  readonly moving: Int32Array;
}

export interface FairLoops {
  /** Adds, by component, the actors that cannot move in some state of it. */
  readonly serve: (served: Int32Array) => void;
  /** The nearest state of a component in which all actors are served. */
  readonly nearest: (served: Int32Array) => Livelocked | undefined;
}

export function fairLoops(
  program: Program,
  explored: Explored,
  { nodeOf, moving, components, isLoop }: StatesOnLoops,
): FairLoops {
  const { store, layout } = explored;
  const all = 2 ** program.actors.length - 1;
  const loopAt = (position: number): number => {
    const component = wordAt(components.ofNode, wordAt(nodeOf, position));
    return wordAt(isLoop, component) === 1 ? component : 0;
  };
  return {
    serve(served) {
      forEachState(explored, (index, position) => {
        const loop = loopAt(position);
        // Nearly always, the actors that are not yet served are known to be able to move here.
        if (loop === 0 || (~wordAt(moving, position) & ~wordAt(served, loop) & all) === 0) return;
        served[loop] = wordAt(served, loop) | (~enabledActors(program, unpack(layout, store.wordsOf(index))) & all);
      });
    },
    nearest(served) {
      let position = 0;
      return nearestState(explored, levelOf(0), function* (first, end) {
        for (let index = first; index < end; index++) {
          const loop = loopAt(position++);
          if (loop !== 0 && served[loop] === all) yield index;
        }
      });
    },
  };
}

/** Moves that a loop can take, each with the numbers of its two states. */
export interface StoredLoopMoves {
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly actors: Int32Array;
}

export interface Loops {
  readonly components: Components;
  /** By component: whether a move stays in it, and the actors that move in it. */
  readonly isLoop: Uint8Array;
  readonly served: Int32Array;
}

/** `nodes`: all numbers of states are smaller. */
export function loopsOf(nodes: number, { from, to, actors }: StoredLoopMoves): Loops {
  const components = componentsOf(nodes, from, to);
  const served = new Int32Array(components.count + 1);
  const isLoop = new Uint8Array(components.count + 1);
  for (const [edge, component] of components.ofEdge.entries()) {
    if (component === 0) continue;
    isLoop[component] = 1;
    served[component] = wordAt(served, component) | (1 << wordAt(actors, edge));
  }
  return { components, served, isLoop };
}

/** `position`: the states are counted from 0 on. */
function forEachState({ archive }: Explored, visit: (index: number, position: number) => void): void {
  let position = 0;
  for (let level = levelOf(0); level < archive.levels; level++)
    for (const { first, end } of archive.bring(level))
      for (let index = first; index < end; index++) visit(index, position++);
}

interface LoopEdges {
  readonly from: NumberList;
  readonly to: NumberList;
  readonly actors: NumberList;
  /** The states that the moves touch have numbers from 1 on, smaller than `nodes`. */
  readonly nodes: number;
  /** By position of a state: its number; 0 if no such move leaves it. */
  readonly nodeOf: Int32Array;
  /** By position: actors that can move, as a mask. An actor that can only violate a property may be left out. */
  readonly moving: Int32Array;
}

/** The moves between stored states that a loop can take. */
function loopEdges(program: Program, { store, layout, archive }: Explored, graph: StoredGraph): LoopEdges {
  const { actorOf, staysInLoop } = loopStepsOf(program, { store, layout });
  const [from, to, actors] = [numberList(), numberList(), numberList()];
  const numbers = new Int32Array(graph.nodes);
  let nodes = 1;
  const numberOf = (node: number): number => {
    if (numbers[node] === 0) numbers[node] = nodes++;
    return wordAt(numbers, node);
  };
  const nodeOf = new Int32Array(get(store.shared, "states"));
  /** The position of the state with index 0, if it were in this segment. */
  let base = 0;
  const moving = new Int32Array(nodeOf.length);
  const visit = (found: StoredMove): void => {
    const actor = actorOf(found);
    moving[base + found.index] = wordAt(moving, base + found.index) | (1 << actor);
    if (found.to < 0 || !staysInLoop(found)) return;
    const own = numberOf(found.from);
    nodeOf[base + found.index] = own;
    from.push(own);
    to.push(numberOf(found.to));
    actors.push(actor);
  };
  let before = 0;
  for (let level = levelOf(0); level < archive.levels; level++) {
    for (const { first, end } of archive.bring(level)) {
      base = before - first;
      graph.forEachMove(first, end, visit);
      before += end - first;
    }
  }
  return { from, to, actors, nodes, nodeOf, moving };
}

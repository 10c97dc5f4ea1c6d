/**
 * The nearest state that is on a fair loop, for `ends-together`. All states are expanded again, and the moves that such a
 * loop can take are kept. Their strongly connected components are the loops. A component is fair if every actor moves in
 * it, or cannot move in some state of it. All states of a component can be visited again and again, so one state is
 * enough.
 */
import { wordAt } from "../../ir/lookup.ts";
import type { Program } from "../../ir/program.ts";
import { type Components, componentsOf, type Graph } from "../../ir/strong-components.ts";
import { choiceShift } from "../../memory/memory-map.ts";
import { levelOf } from "../contract/indices.ts";
import type { Livelocked } from "../livelock/first-livelocked.ts";
import type { MoveBatch, StoredGraph } from "../livelock/stored-graph.ts";
import { get } from "../memory/shared-memory.ts";
import type { Explored } from "./explored.ts";
import { nearestState } from "./nearest-state.ts";

export function firstFairLoop(program: Program, explored: Explored, graph: StoredGraph): Livelocked | undefined {
  const moves = loopMoves(program, explored, graph);
  const components = componentsOf(moves);
  const { serve, nearest } = fairLoops(program, explored, graph, { nodeOf: moves.nodeOf, components });
  const served = servedByMoves(moves, components);
  serve(served);
  return nearest(served);
}

export interface FairLoops {
  /** Adds, by component, the actors that cannot move in some state of it. */
  readonly serve: (served: Int32Array) => void;
  /** The nearest state of a component in which all actors are served. */
  readonly nearest: (served: Int32Array) => Livelocked | undefined;
}

/** `nodeOf`: by position of a state that this process has explored, its node; 0 if no move of a loop leaves it. */
export function fairLoops(
  program: Program,
  explored: Explored,
  graph: StoredGraph,
  { nodeOf, components }: { readonly nodeOf: Int32Array; readonly components: Components },
): FairLoops {
  const all = 2 ** program.actors.length - 1;
  const loopAt = (position: number) => wordAt(components.ofNode, wordAt(nodeOf, position));
  return {
    serve(served) {
      if (served.subarray(1).every((actors) => actors === all)) return;
      forEachState(explored, (index, position) => {
        const loop = loopAt(position);
        if (loop !== 0 && served[loop] !== all) served[loop] = wordAt(served, loop) | (~graph.enabledAt(index) & all);
      });
    },
    nearest(served) {
      if (!served.includes(all)) return undefined;
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

/** By component: the actors that move in it. */
export function servedByMoves(
  { bounds, targets, actors }: Pick<LoopMoves, "bounds" | "targets" | "actors">,
  { ofNode, count }: Components,
): Int32Array {
  const served = new Int32Array(count + 1);
  for (let node = 0; node < ofNode.length; node++) {
    const component = wordAt(ofNode, node);
    if (component === 0) continue;
    for (let move = wordAt(bounds, 2 * node); move < wordAt(bounds, 2 * node + 1); move++)
      if (wordAt(ofNode, wordAt(targets, move)) === component)
        served[component] = wordAt(served, component) | (1 << wordAt(actors, move));
  }
  return served;
}

/** `position`: the states are counted from 0 on. */
function forEachState({ archive, thread }: Explored, visit: (index: number, position: number) => void): void {
  let position = 0;
  for (let level = levelOf(0); level < archive.levels; level++)
    for (const { first, end } of archive.bring(level)) {
      thread.reach(first, end);
      for (let index = first; index < end; index++) visit(index, position++);
    }
}

/** The nodes are the states, one more than their numbers. The moves that leave a node follow each other. */
export interface LoopMoves extends Graph {
  /** By move. */
  readonly actors: Uint8Array;
  /** By position of a state: its node; 0 if no such move leaves it. */
  readonly nodeOf: Int32Array;
}

function loopMoves(program: Program, { store, archive }: Explored, graph: StoredGraph): LoopMoves {
  const states = get(store.shared, "states");
  const actorAt = Uint8Array.from(program.locations, ({ actor }) => actor);
  const bounds = new Int32Array(2 * graph.nodes + 2);
  const nodeOf = new Int32Array(states);
  let [targets, actors] = [new Int32Array(2 * states), new Uint8Array(2 * states)];
  let moves = 0;
  const { slotOf } = graph;
  const placeMask = 2 ** choiceShift - 1;
  /** `base`: the position of the state with index 0, if it were in this segment. */
  const enter = ({ size, moves: from, targets: to }: MoveBatch, base: number): void => {
    // Variables of this function, because those of the one around it are slower.
    const [toNode, byActor] = [targets, actors];
    let [count, left, node] = [moves, -1, 0];
    for (let i = 0; i < size; i++) {
      const target = wordAt(to, 2 * i);
      if (target === 0) continue;
      const index = wordAt(from, 2 * i);
      if (index !== left) {
        left = index;
        node = slotOf === undefined ? index + 1 : slotOf(index);
        nodeOf[base + index] = node;
        bounds[2 * node] = count;
      }
      toNode[count] = target;
      byActor[count] = wordAt(actorAt, wordAt(from, 2 * i + 1) & placeMask);
      count++;
      bounds[2 * node + 1] = count;
    }
    moves = count;
  };
  let before = 0;
  for (let level = levelOf(0); level < archive.levels; level++) {
    for (const { first, end: last } of archive.bring(level)) {
      const base = before - first;
      for (const batch of graph.batches(first, last)) {
        if (moves + batch.size > targets.length) {
          const length = 2 * targets.length + batch.size;
          targets = enlarged(targets, new Int32Array(length));
          actors = enlarged(actors, new Uint8Array(length));
        }
        enter(batch, base);
      }
      before += last - first;
    }
  }
  return {
    bounds,
    targets: targets.subarray(0, moves),
    actors: actors.subarray(0, moves),
    nodeOf,
  };
}

function enlarged<Numbers extends Int32Array | Uint8Array>(from: Numbers, larger: Numbers): Numbers {
  larger.set(from);
  return larger;
}

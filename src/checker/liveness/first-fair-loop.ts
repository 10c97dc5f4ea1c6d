/**
 * The nearest state that is on a fair loop, for `ends-together`. All states are expanded again, and the moves that a
 * loop can take are kept. Their strongly connected components are the loops. A component is fair if every actor moves in
 * it, or cannot move in some state of it. All states of a component can be visited again and again, so one state is
 * enough.
 */
import { controlLoops } from "../../ir/control-loops.ts";
import { enabledActors } from "../../ir/enabled-actors.ts";
import { executeStep } from "../../ir/interpreter.ts";
import { maskOf, unpack } from "../../ir/layout.ts";
import { at, wordAt } from "../../ir/lookup.ts";
import { firstSlot, type Program } from "../../ir/program.ts";
import type { Statement } from "../../ir/statement.ts";
import { componentsOf } from "../../ir/strong-components.ts";
import { allStatements } from "../../ir/visit.ts";
import { choiceShift } from "../../memory/memory-map.ts";
import { levelOf } from "../contract/indices.ts";
import { packedMove, unpackMove } from "../contract/packed-move.ts";
import type { Livelocked } from "../livelock/first-livelocked.ts";
import type { StoredGraph, StoredMove } from "../livelock/stored-graph.ts";
import { get } from "../memory/shared-memory.ts";
import type { Explored } from "./explored.ts";
import { nearestState } from "./nearest-state.ts";
import { type NumberList, numberList } from "./number-list.ts";

export function firstFairLoop(program: Program, explored: Explored, graph: StoredGraph): Livelocked | undefined {
  const { store, layout } = explored;
  const { from, to, actors, nodes, nodeOf, moving } = loopEdges(program, explored, graph);
  const components = componentsOf(nodes, from.words(), to.words());
  /** By component: the actors that move in it, or cannot move in some state of it. */
  const served = new Int32Array(components.count + 1);
  const isLoop = new Uint8Array(components.count + 1);
  for (const [edge, component] of components.ofEdge.entries()) {
    if (component === 0) continue;
    isLoop[component] = 1;
    served[component] = wordAt(served, component) | (1 << wordAt(actors.words(), edge));
  }
  const all = 2 ** program.actors.length - 1;
  const loopAt = (position: number): number => {
    const component = wordAt(components.ofNode, wordAt(nodeOf, position));
    return wordAt(isLoop, component) === 1 ? component : 0;
  };
  forEachState(explored, (index, position) => {
    const loop = loopAt(position);
    // Nearly always, the actors that are not yet served are known to be able to move here.
    if (loop === 0 || (~wordAt(moving, position) & ~wordAt(served, loop) & all) === 0) return;
    served[loop] = wordAt(served, loop) | (~enabledActors(program, unpack(layout, store.wordsOf(index))) & all);
  });
  let position = 0;
  return nearestState(explored, levelOf(0), function* (first, end) {
    for (let index = first; index < end; index++) {
      const loop = loopAt(position++);
      if (loop !== 0 && served[loop] === all) yield index;
    }
  });
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
  const { loopOf } = controlLoops(program);
  const words = new Uint32Array(store.shared.memory.buffer);
  const arrivesAt = program.actors.map((actor) => {
    const { word, shift, bits } = at(layout.fields, firstSlot(program, actor.pc));
    const mask = maskOf(bits);
    return (address: number) => actor.first + ((wordIn(words, (address >>> 2) + word) >>> shift) & mask);
  });
  const hasLuck = program.locations.map(({ body }) => [...allStatements(body)].some(isMarked));
  const isLuck = ({ index, move }: StoredMove): boolean => {
    const { location, choice } = unpackMove(packedMove(move));
    return executeStep(program, unpack(layout, store.wordsOf(index)), location, choice)?.finitelyOften === true;
  };
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
    const place = found.move & (2 ** choiceShift - 1);
    const { actor } = at(program.locations, place);
    moving[base + found.index] = wordAt(moving, base + found.index) | (1 << actor);
    const loop = wordAt(loopOf, place);
    if (loop === 0 || found.to < 0) return;
    if (wordAt(loopOf, at(arrivesAt, actor)(found.successor)) !== loop) return;
    if (at(hasLuck, place) && isLuck(found)) return;
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

function wordIn(words: Uint32Array, position: number): number {
  const word = words[position];
  if (word === undefined) throw new RangeError(`there is no word ${position}`);
  return word;
}

function isMarked(statement: Statement): boolean {
  return statement.op === "choose" && statement.alternatives.some(({ finitelyOften }) => finitelyOften === true);
}

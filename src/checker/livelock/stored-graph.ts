/** All transitions between stored states, found again after the search. */
import type { LookupFunctions, SearchFunctions, SlotFunctions } from "../../codegen/wasm/store/exported-functions.ts";
import { wordAt } from "../../ir/lookup.ts";
import { areaOf, get, longWord, type SharedMemory } from "../memory/shared-memory.ts";

/** A store numbers its states as it likes: by index, or by slot of the table. */
export interface StoredGraph {
  /** All numbers are smaller. */
  readonly nodes: number;
  /** The number of a state in memory that was expanded. */
  readonly nodeOf: (index: number) => number;
  /** Expands the states `first` to `end - 1` of one segment again. Moves that violate a property may be left out. */
  readonly forEachMove: (first: number, end: number, visit: MoveVisitor) => void;
  /** The same, but yields after each batch. Then `reach` must be called again if the code has read other states. */
  readonly batches: (first: number, end: number, visit: MoveVisitor) => Generator<void>;
}

export type MoveVisitor = (move: StoredMove) => void;

/** The same object for every move. */
export interface StoredMove {
  /** The state that the move leaves: its index and its number. */
  index: number;
  from: number;
  /** As the generated code writes it. */
  move: number;
  /** The state that it leads to: its number (-1 if it is not stored, because it violates a property), and the address of its words before they were permuted. */
  to: number;
  successor: number;
}

export function storedGraph(
  shared: SharedMemory,
  lookup: LookupFunctions & Pick<SearchFunctions, "setTableMask"> & Partial<SlotFunctions>,
  { nodes, reach }: { readonly nodes: number; readonly reach: (first: number, end: number) => void },
): StoredGraph {
  const { memory, plan } = shared;
  // Record no violation again.
  longWord(shared, "newViolations")[0] = 0n;
  lookup.setTableMask(2 ** get(shared, "tableLog2") - 1);
  const area = areaOf(plan, plan.workers);
  const { slotOf } = lookup;
  const nodeOf = (index: number): number => (slotOf === undefined ? index : slotOf(index) - 1);
  const visited: StoredMove = { index: 0, from: 0, move: 0, to: 0, successor: 0 };
  function* batches(first: number, end: number, visit: MoveVisitor): Generator<void> {
    reach(first, end);
    for (let next = first; next < end; ) {
      next = lookup.successors(next, end);
      const size = lookup.batchSize();
      const moves = new Int32Array(memory.buffer, area + plan.movesIn, size * 2);
      const entries = new Int32Array(memory.buffer, area + plan.probesIn, size * 2);
      for (let i = 0; i < size; i++) {
        const to = wordAt(entries, 2 * i) - 1;
        visited.index = wordAt(moves, 2 * i);
        visited.from = nodeOf(visited.index);
        visited.move = wordAt(moves, 2 * i + 1);
        visited.to = to;
        visited.successor = area + plan.successorsIn + i * plan.stride;
        visit(visited);
      }
      yield;
    }
  }
  return {
    nodes,
    nodeOf,
    batches,
    forEachMove(first, end, visit) {
      const all = batches(first, end, visit);
      while (all.next().done !== true);
    },
  };
}

/** The moves between stored states that a fair loop can take, found again after the search. */
import type { LoopFunctions, SearchFunctions, SlotFunctions } from "../../codegen/wasm/store/exported-functions.ts";
import { areaOf, longWord, type SharedMemory, tableEntries } from "../memory/shared-memory.ts";

/** A store numbers its states as it likes: by index, or by slot of the table. */
export interface StoredGraph {
  /** All numbers are smaller. */
  readonly nodes: number;
  /**
   * Expands the states `first` to `end - 1` of one segment again, in order. Call `reach` again if the code has read other
   * states between two batches.
   */
  readonly batches: (first: number, end: number) => Generator<MoveBatch>;
  /** One more than the number of a state that was expanded; undefined if states are numbered by their index. */
  readonly slotOf: SlotFunctions["slotOf"] | undefined;
  /** The actors that can move in a state of the segment that is reached, as a mask. */
  readonly enabledAt: (index: number) => number;
}

/** Two words for each move. The same object for every batch. */
export interface MoveBatch {
  size: number;
  /** The index of the state that it leaves, and the move as the generated code writes it. */
  readonly moves: Int32Array;
  /** One more than the number of the state to which it leads, or 0 if that is not stored; and a word without meaning. */
  readonly targets: Int32Array;
}

export function storedGraph(
  shared: SharedMemory,
  lookup: LoopFunctions & Pick<SearchFunctions, "setTableSize"> & Partial<SlotFunctions>,
  { nodes, reach }: { readonly nodes: number; readonly reach: (first: number, end: number) => void },
): StoredGraph {
  const { memory, plan } = shared;
  // Record no violation again.
  longWord(shared, "newViolations")[0] = 0n;
  lookup.setTableSize(tableEntries(shared));
  const area = areaOf(plan, plan.workers);
  const { slotOf } = lookup;
  const words = (offset: number) => new Int32Array(memory.buffer, area + offset, plan.batchCapacity * 2);
  const batch: MoveBatch = { size: 0, moves: words(plan.movesIn), targets: words(plan.probesIn) };
  return {
    nodes,
    *batches(first, end) {
      reach(first, end);
      for (let next = first; next < end; ) {
        next = lookup.loopMoves(next, end);
        batch.size = lookup.batchSize();
        yield batch;
      }
    },
    slotOf,
    enabledAt: lookup.enabledAt,
  };
}

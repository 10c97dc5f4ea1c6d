/** What waits in memory to be sent to other ranks (codegen/wasm/ranks). */
import { at, required, wordAt } from "../../ir/lookup.ts";
import { batchSuccessors } from "../../memory/memory-map.ts";
import { areaOf, put, type SharedMemory } from "../memory/shared-memory.ts";

export interface Outgoing {
  /** The states for each rank, by rank, as views of memory. */
  readonly states: () => readonly Uint8Array[];
  /** The parent of a state that waits for a rank, if it was put there to ask for it. */
  readonly parent: (rank: number, number: number) => number;
  /** The same for the move from there, as the generated code writes it. */
  readonly move: (rank: number, number: number) => number;
  /** Puts a state there. It must be one of a batch that began when no rank's bytes were full. */
  readonly add: (rank: number, state: Uint8Array) => void;
  /** Called when the states have been sent. Expansion can go on. */
  readonly clear: () => void;
}

export function outgoingOf(shared: SharedMemory): Outgoing {
  const { memory, plan } = shared;
  const { size, filledAt, outgoingAt, outgoingBytes, fullAt } = required(
    plan.exchange,
    "the memory's part for exchanges",
  );
  const filled = new Uint32Array(memory.buffer, filledAt, size);
  const words = new Int32Array(memory.buffer);
  const bytes = new Uint8Array(memory.buffer);
  const besideOf = (rank: number, number: number): number =>
    (outgoingAt + (rank + 1) * outgoingBytes) / 4 - 2 * (1 + number);
  return {
    states: () =>
      Array.from(filled, (bytes, rank) => new Uint8Array(memory.buffer, outgoingAt + rank * outgoingBytes, bytes)),
    parent: (rank, number) => wordAt(words, besideOf(rank, number)),
    move: (rank, number) => wordAt(words, besideOf(rank, number) + 1),
    add(rank, state) {
      const before = at(filled, rank);
      bytes.set(state, outgoingAt + rank * outgoingBytes + before);
      filled[rank] = before + state.length;
      if (before + state.length > fullAt) put(shared, "pause", 1);
    },
    clear() {
      filled.fill(0);
      put(shared, "pause", 0);
    },
  };
}

/** Puts states from other ranks into the batch, as many as it takes, and calls `use` each time with their number. */
export function* inBatches(shared: SharedMemory, states: Uint8Array): Generator<number> {
  const { memory, plan } = shared;
  const place = areaOf(plan, plan.workers) + plan.canonicalIn;
  const batch = new Uint8Array(memory.buffer, place, batchSuccessors * plan.stride);
  for (let from = 0; from < states.length; from += batch.length) {
    const some = states.subarray(from, from + batch.length);
    batch.set(some);
    yield some.length / plan.stride;
  }
}

/** What waits in memory to be sent to other ranks (codegen/wasm/ranks). */
import { at, required, wordAt } from "../../ir/lookup.ts";
import { batchSuccessors } from "../../memory/memory-map.ts";
import { areaOf, put, type SharedMemory } from "../memory/shared-memory.ts";

export interface Outgoing {
  /** The states for each rank, by rank, as views of memory. */
  readonly states: () => readonly Uint8Array[];
  /** The same as messages: if actors sleep, their bytes stand behind the states. */
  readonly messages: () => readonly Uint8Array[];
  /** By rank: the parents of these states, if they were found by the search. */
  readonly parents: () => readonly Int32Array[];
  /** The parent of a state that waits for a rank, if it was put there to ask for it. */
  readonly parent: (rank: number, number: number) => number;
  /** The same for the move from there, as the generated code writes it. */
  readonly move: (rank: number, number: number) => number;
  /** Puts a state there, in which no actor sleeps. It must be one of a batch that began when no rank's bytes were full. */
  readonly add: (rank: number, state: Uint8Array) => void;
  /** Called when the states have been sent. Expansion can go on. */
  readonly clear: () => void;
}

export function outgoingOf(shared: SharedMemory): Outgoing {
  const { memory, plan } = shared;
  const { size, waitingAt, outgoingAt, outgoingBytes, mostWaiting, parentsAt, sleepersAt, roomForWaiting } = required(
    plan.exchange,
    "the memory's part for exchanges",
  );
  const waiting = new Uint32Array(memory.buffer, waitingAt, size);
  const words = new Int32Array(memory.buffer);
  const bytes = new Uint8Array(memory.buffer);
  const startOf = (rank: number): number => outgoingAt + rank * outgoingBytes;
  const besideOf = (rank: number, number: number): number => startOf(rank + 1) / 4 - 2 * (1 + number);
  return {
    states: () =>
      Array.from(waiting, (count, rank) => bytes.subarray(startOf(rank), startOf(rank) + count * plan.stride)),
    messages: () =>
      Array.from(waiting, (count, rank) => {
        const end = startOf(rank) + count * plan.stride;
        if (plan.sleepersAt === undefined) return bytes.subarray(startOf(rank), end);
        const sleepers = sleepersAt + rank * roomForWaiting;
        bytes.copyWithin(end, sleepers, sleepers + count);
        return bytes.subarray(startOf(rank), end + count);
      }),
    parents: () =>
      Array.from(waiting, (count, rank) => new Int32Array(memory.buffer, parentsAt + rank * roomForWaiting * 4, count)),
    parent: (rank, number) => wordAt(words, besideOf(rank, number)),
    move: (rank, number) => wordAt(words, besideOf(rank, number) + 1),
    add(rank, state) {
      const before = at(waiting, rank);
      bytes.set(state, startOf(rank) + before * plan.stride);
      bytes[sleepersAt + rank * roomForWaiting + before] = 0;
      waiting[rank] = before + 1;
      if (before >= mostWaiting) put(shared, "pause", 1);
    },
    clear() {
      waiting.fill(0);
      put(shared, "pause", 0);
    },
  };
}

/** Puts whole states into the batch, as many as it takes, and calls `use` each time with their number. No actor sleeps there. */
export function inBatches(shared: SharedMemory, states: Uint8Array): Generator<number> {
  return ofMessage(shared, states, undefined);
}

/** The same for the states of a message of another rank. */
export function messageInBatches(shared: SharedMemory, message: Uint8Array): Generator<number> {
  const { stride, sleepersAt } = shared.plan;
  if (sleepersAt === undefined) return ofMessage(shared, message, undefined);
  const count = message.length / (stride + 1);
  return ofMessage(shared, message.subarray(0, count * stride), message.subarray(count * stride));
}

function* ofMessage(shared: SharedMemory, states: Uint8Array, sleepers: Uint8Array | undefined): Generator<number> {
  const { memory, plan } = shared;
  const area = areaOf(plan, plan.workers);
  const batch = new Uint8Array(memory.buffer, area + plan.canonicalIn, batchSuccessors * plan.stride);
  const sleeping = new Uint8Array(memory.buffer, area + plan.sleepersIn, batchSuccessors);
  for (let from = 0; from < states.length; from += batch.length) {
    const some = states.subarray(from, from + batch.length);
    const count = some.length / plan.stride;
    batch.set(some);
    if (sleepers === undefined) sleeping.fill(0);
    else sleeping.set(sleepers.subarray(from / plan.stride, from / plan.stride + count));
    yield count;
  }
}

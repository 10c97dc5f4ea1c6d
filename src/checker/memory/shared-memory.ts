/** The shared memory as JavaScript sees it: control words, counters, segments, states. */
import { lineBytes } from "../../codegen/wasm/store/bit-filter.ts";
import { at } from "../../ir/lookup.ts";
import { blockSize, control, type MemoryPlan, segmentBytes, testedAt } from "../../memory/memory-map.ts";

export interface Segment {
  readonly first: number;
  readonly end: number;
  readonly level: number;
}

export interface SharedMemory {
  readonly memory: WebAssembly.Memory;
  /** For the states that do not fit in there. */
  readonly banks: readonly WebAssembly.Memory[];
  readonly plan: MemoryPlan;
  /** The control words, for Atomics; a word's index is its address divided by four. */
  readonly words: Int32Array;
}

export function shareMemory({ memory, banks }: Pick<SharedMemory, "memory" | "banks">, plan: MemoryPlan): SharedMemory {
  return { memory, banks, plan, words: new Int32Array(memory.buffer, 0, testedAt / 4) };
}

type LongWord = "newViolations" | "found" | "random";
type ControlWord = Exclude<keyof typeof control, LongWord>;

export function get({ words }: SharedMemory, name: ControlWord): number {
  return Atomics.load(words, control[name] / 4);
}

export function put({ words }: SharedMemory, name: ControlWord, value: number): void {
  Atomics.store(words, control[name] / 4, value);
}

/** Adds one; gives the value before. */
export function countUp({ words }: SharedMemory, name: ControlWord): number {
  return Atomics.add(words, control[name] / 4, 1);
}

/** One of the words of 64 bits, most of which are masks. */
export function longWord({ memory }: SharedMemory, name: LongWord): BigUint64Array {
  return new BigUint64Array(memory.buffer, control[name], 1);
}

export function segment({ memory, plan }: SharedMemory, index: number): Segment {
  const words = new Int32Array(memory.buffer, plan.segmentsAt + index * segmentBytes, 3);
  return { first: at(words, 0), end: at(words, 1), level: at(words, 2) };
}

export function stateWords(shared: SharedMemory, index: number): Uint32Array {
  const { buffer, at } = placeOf(shared, index);
  return new Uint32Array(buffer, at, shared.plan.stride / 4);
}

/** All states of a segment, or of a part of one; they lie in one piece. */
export function statesBetween(shared: SharedMemory, first: number, end: number): Uint8Array {
  const { buffer, at } = placeOf(shared, first);
  return new Uint8Array(buffer, at, (end - first) * shared.plan.stride);
}

function placeOf({ memory, banks, plan }: SharedMemory, index: number): { buffer: ArrayBufferLike; at: number } {
  const beyond = index - plan.ownStates;
  if (beyond < 0) return { buffer: memory.buffer, at: plan.statesAt + index * plan.stride };
  const bank = banks[Math.floor(beyond / plan.bankStates)];
  if (bank === undefined) throw new RangeError(`there is no room for a state with the index ${index}`);
  return { buffer: bank.buffer, at: (beyond % plan.bankStates) * plan.stride };
}

/** What was noted of each state in memory, where a property asks whether all can still finish. */
export function notedSuccessors({ memory, plan }: SharedMemory): Int32Array | undefined {
  const { notesAt, maxStates, recycling } = plan;
  const words = recycling === undefined ? maxStates : recycling.blocks * blockSize;
  return notesAt === undefined ? undefined : new Int32Array(memory.buffer, notesAt, words);
}

/** The transitions that all threads counted so far, by location. */
export function transitionCounts({ memory, plan }: SharedMemory, locations: number): number[] {
  const counts = new Array<number>(locations).fill(0);
  for (let worker = 0; worker <= plan.workers; worker++) {
    const own = new BigInt64Array(memory.buffer, areaOf(plan, worker), locations);
    for (let location = 0; location < locations; location++)
      counts[location] = at(counts, location) + Number(at(own, location));
  }
  return counts;
}

export function areaOf(plan: MemoryPlan, worker: number): number {
  return plan.areasAt + worker * plan.areaBytes;
}

/** Bytes of table and states in use. */
export function bytesInUse(shared: SharedMemory): number {
  const { stride, notesAt, entryBytes, recycling } = shared.plan;
  const states = recycling === undefined ? get(shared, "states") : get(shared, "nextBlock") * blockSize;
  const filter = (recycling?.filter?.lines ?? 0) * lineBytes;
  return filter + entryBytes * 2 ** get(shared, "tableLog2") + states * (stride + (notesAt === undefined ? 0 : 4));
}

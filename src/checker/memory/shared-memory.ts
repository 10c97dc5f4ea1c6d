/** The shared memory as JavaScript sees it: control words, counters, segments, states. */
import { at } from "../../ir/lookup.ts";
import { control, keyNoteBytes, segmentBytes, testedAt } from "../../memory/memory-map.ts";
import type { MemoryPlan, StoreName } from "../../memory/memory-plan.ts";

export interface Segment {
  readonly first: number;
  readonly end: number;
  readonly level: number;
}

export interface SharedMemory<Name extends StoreName = StoreName> {
  readonly memory: WebAssembly.Memory;
  /** Further memories for the states that do not fit into the first. */
  readonly banks: readonly WebAssembly.Memory[];
  readonly plan: MemoryPlan<Name>;
  /** The control words, for Atomics; a word's index is its address divided by four. */
  readonly words: Int32Array;
}

export function shareMemory<Name extends StoreName>(
  { memory, banks }: Pick<SharedMemory, "memory" | "banks">,
  plan: MemoryPlan<Name>,
): SharedMemory<Name> {
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

/** The table's size. It may have 2^31 entries, and a control word is signed. */
export function tableEntries(shared: SharedMemory): number {
  return get(shared, "tableEntries") >>> 0;
}

/** All numbers of the table's slots are smaller. */
export function tableSlots(shared: SharedMemory): number {
  return tableEntries(shared) + shared.plan.slotsBeyond;
}

/** Adds one, and returns the value before. */
export function countUp({ words }: SharedMemory, name: ControlWord): number {
  return Atomics.add(words, control[name] / 4, 1);
}

/** A 64-bit control word. Most of them are masks. */
export function longWord({ memory }: SharedMemory, name: LongWord): BigUint64Array {
  return new BigUint64Array(memory.buffer, control[name], 1);
}

export function segment({ memory, plan }: SharedMemory, index: number): Segment {
  const words = new Int32Array(memory.buffer, plan.segmentsAt + index * segmentBytes, 3);
  return { first: at(words, 0), end: at(words, 1), level: at(words, 2) };
}

/** A state in the first memory, if it is stored whole. */
export function stateWords({ memory, plan }: SharedMemory, index: number): Uint32Array {
  return new Uint32Array(memory.buffer, plan.statesAt + index * plan.stride, plan.stride / 4);
}

/** What is stored in the first memory of all states of a segment, or of a part of it. */
export function storedBetween({ memory, plan }: SharedMemory, first: number, end: number): Uint8Array {
  const { statesAt, storedBytes } = plan;
  return new Uint8Array(memory.buffer, statesAt + first * storedBytes, (end - first) * storedBytes);
}

/** The note of each state in memory; undefined if `can-always-finish` is not checked. */
export function notedSuccessors({ memory, plan }: SharedMemory, states: number): Int32Array | undefined {
  return plan.notesAt === undefined ? undefined : new Int32Array(memory.buffer, plan.notesAt, states);
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

/** Bytes of so many states in memory, with what is kept beside them. */
export function bytesOfStates({ plan }: SharedMemory, states: number): number {
  const { storedBytes, notesAt, receivedAt, keyNotesAt, sleepersAt } = plan;
  const beside = (at: number | undefined, bytes: number): number => (at === undefined ? 0 : bytes);
  const notes = beside(notesAt, noteBytes) + beside(receivedAt, 2 * noteBytes) + beside(keyNotesAt, keyNoteBytes);
  return states * (storedBytes + notes + beside(sleepersAt, 1));
}

export const noteBytes = 4;

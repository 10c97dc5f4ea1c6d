/**
 * The WebAssembly memories of the last search, kept for the next. Otherwise a process that checks many scenarios would
 * hold several at once: their pages stay allocated until the garbage collector runs, and it does not know how much of a
 * memory is in use.
 */
import { keyNoteBytes, pageBytes, segmentBytes } from "../../memory/memory-map.ts";
import type { MemoryPlan } from "../../memory/memory-plan.ts";
import { get, type SharedMemory, tableSlots } from "./shared-memory.ts";

export type Memories = Pick<SharedMemory, "memory" | "banks">;

/** Addresses between which a memory may hold bytes other than zero. */
export type UsedRange = readonly [from: number, to: number];

interface Spare {
  readonly memory: WebAssembly.Memory;
  readonly pages: number;
  readonly used: readonly UsedRange[];
}

let spare: Spare | undefined;

/** Returns zeroed shared memories. Throws a RangeError if the system does not give that much. */
export function takeMemories(plan: MemoryPlan): Memories {
  const banks = plan.bankPages.map(newMemory);
  return { memory: takeMemory(plan.pages), banks };
}

function takeMemory(pages: number): WebAssembly.Memory {
  if (spare?.pages !== pages) return newMemory(pages);
  const { memory, used } = spare;
  spare = undefined;
  for (const [from, to] of used) clear(memory, from, to);
  return memory;
}

/** Whole words of 64 bits, which takes a seventh of the time of single bytes. */
export function clear({ buffer }: WebAssembly.Memory, from: number, to: number): void {
  const first = Math.floor(from / 8);
  new BigUint64Array(buffer, first * 8, Math.ceil(to / 8) - first).fill(0n);
}

function newMemory(pages: number): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
}

/** Takes back the memory of a search when all its threads have ended. Banks are seldom used, and are not kept. */
export function giveBack({ memory, plan }: SharedMemory, used: readonly UsedRange[]): void {
  spare = { memory, pages: plan.pages, used };
}

/**
 * The bytes that every store uses, with so many states in memory (from index 0 on) and table entries of so many bytes.
 */
export function usedRanges(shared: SharedMemory, states: number, entryBytes: number): readonly UsedRange[] {
  const { pages, segmentsAt, tableAt, notesAt, receivedAt, keyNotesAt, sleepersAt, statesAt, storedBytes } =
    shared.plan;
  const beside = (at: number | undefined, bytes: number, count = states): readonly UsedRange[] =>
    at === undefined ? [] : [[at, Math.min(at + count * bytes, statesAt)]];
  return [
    [0, segmentsAt + get(shared, "segments") * segmentBytes],
    [tableAt, tableAt + entryBytes * tableSlots(shared)],
    ...beside(notesAt, 4),
    ...beside(receivedAt, 4, get(shared, "received")),
    ...beside(keyNotesAt, keyNoteBytes),
    ...beside(sleepersAt, 1),
    [statesAt, Math.min(statesAt + states * storedBytes, pages * pageBytes)],
  ];
}

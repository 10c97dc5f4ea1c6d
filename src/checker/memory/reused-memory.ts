/**
 * The WebAssembly memories of the last search, kept for the next. A process that checks many scenarios would otherwise
 * hold several at once: their pages stay real until the garbage collector happens to look, and it does not know how
 * much of a memory is in use.
 */
import { lineBytes } from "../../codegen/wasm/store/bit-filter.ts";
import { bankPages, blockSize, type MemoryPlan, segmentBytes } from "../../memory/memory-map.ts";
import { get, type SharedMemory } from "./shared-memory.ts";

export type Memories = Pick<SharedMemory, "memory" | "banks">;

interface Spare {
  readonly memory: WebAssembly.Memory;
  readonly pages: number;
  /** Byte ranges that are not zero. */
  readonly used: readonly (readonly [from: number, to: number])[];
}

let spare: Spare | undefined;

/** Zeroed shared memories. Throws a RangeError where the system does not give that much. */
export function takeMemories(plan: MemoryPlan): Memories {
  const banks = Array.from({ length: plan.banks }, () => newMemory(bankPages(plan)));
  return { memory: takeMemory(plan.pages), banks };
}

function takeMemory(pages: number): WebAssembly.Memory {
  if (spare?.pages !== pages) return newMemory(pages);
  const { memory, used } = spare;
  spare = undefined;
  for (const [from, to] of used) new Uint8Array(memory.buffer, from, to - from).fill(0);
  return memory;
}

function newMemory(pages: number): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
}

/** Gives back the memory of a search of which no thread runs any more. Banks are seldom touched, and not kept. */
export function giveBack(shared: SharedMemory): void {
  spare = { memory: shared.memory, pages: shared.plan.pages, used: usedRanges(shared, shared.plan) };
}

function usedRanges(shared: SharedMemory, plan: MemoryPlan): Spare["used"] {
  const segmentsEnd = plan.segmentsAt + get(shared, "segments") * segmentBytes;
  const tableEnd = plan.tableAt + plan.entryBytes * 2 ** get(shared, "tableLog2");
  // Beyond the last block lies nothing, and inside it perhaps a state that was not needed in the end.
  const blocks = get(shared, "nextBlock") * blockSize;
  const statesEnd = plan.statesAt + Math.min(blocks, plan.ownStates) * plan.stride;
  const notes = plan.notesAt ?? plan.statesAt;
  const notesEnd = Math.min(notes + blocks * 4, plan.statesAt);
  const free = plan.recycling ?? { freeAt: plan.tableAt, blocks: 0 };
  const { at, lines } = plan.recycling?.filter ?? { at: plan.tableAt, lines: 0 };
  return [
    [at, at + lines * lineBytes],
    [free.freeAt, free.freeAt + free.blocks * 4],
    [0, segmentsEnd],
    [plan.tableAt, tableEnd],
    [notes, notesEnd],
    [plan.statesAt, statesEnd],
  ];
}

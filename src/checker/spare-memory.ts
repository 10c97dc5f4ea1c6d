/**
 * One WebAssembly memory kept from the last search for the next. A process that checks many scenarios would otherwise
 * hold several at once: their pages stay real until the garbage collector happens to look, and it does not know how
 * much of a memory is in use.
 */
import { blockSize, type MemoryPlan, segmentBytes } from "../codegen/wasm/memory-map.ts";
import { get, type SharedMemory } from "./shared-memory.ts";

interface Spare {
  readonly memory: WebAssembly.Memory;
  readonly pages: number;
  /** Byte ranges that are not zero. */
  readonly used: readonly (readonly [from: number, to: number])[];
}

let spare: Spare | undefined;

/** A zeroed shared memory. Throws a RangeError where the system does not give that much. */
export function takeMemory(pages: number): WebAssembly.Memory {
  if (spare?.pages !== pages) return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const { memory, used } = spare;
  spare = undefined;
  for (const [from, to] of used) new Uint8Array(memory.buffer, from, to - from).fill(0);
  return memory;
}

/** Gives back the memory of a search of which no thread runs any more. */
export function giveBack(shared: SharedMemory): void {
  spare = { memory: shared.memory, pages: shared.plan.pages, used: usedRanges(shared, shared.plan) };
}

function usedRanges(shared: SharedMemory, plan: MemoryPlan): Spare["used"] {
  const segmentsEnd = plan.segmentsAt + get(shared, "segments") * segmentBytes;
  const tableEnd = plan.tableAt + 4 * 2 ** get(shared, "tableLog2");
  // Beyond the last block lies nothing, and inside it perhaps a state that was not needed in the end.
  const statesEnd = Math.min(plan.statesAt + get(shared, "nextBlock") * blockSize * plan.stride, endOf(shared));
  const onward = plan.onwardAt ?? plan.statesAt;
  const onwardEnd = Math.min(onward + get(shared, "nextBlock") * blockSize * 4, plan.statesAt);
  return [
    [0, segmentsEnd],
    [plan.tableAt, tableEnd],
    [onward, onwardEnd],
    [plan.statesAt, statesEnd],
  ];
}

function endOf({ memory }: SharedMemory): number {
  return memory.buffer.byteLength;
}

/** How large table and states become in the memory that there is. */
import { aligned, blockSize, type MemoryPlan, segmentBytes } from "./memory-map.ts";

/** What is left for table and states. */
export interface Room {
  readonly segmentsAt: number;
  /** All that is granted, and how much of it one memory can have. */
  readonly memoryBytes: number;
  readonly mostOfOne: number;
  readonly bytes: number;
  readonly stride: number;
  readonly onwardBytes: number;
  readonly overshoot: number;
  readonly smallestLog2: number;
}

export type Fitted = Pick<
  MemoryPlan,
  | "maxSegments"
  | "tableAt"
  | "tableMaxLog2"
  | "onwardAt"
  | "statesAt"
  | "maxStates"
  | "ownStates"
  | "banks"
  | "bankStates"
  | "entryBytes"
  | "recycling"
>;

/** The table size with which most states fit. */
export function fitStates(room: Room): Fitted | undefined {
  const { segmentsAt, bytes, stride, onwardBytes, smallestLog2, mostOfOne } = room;
  let best: Fitted | undefined;
  for (let log2 = smallestLog2; log2 <= 30; log2++) {
    const segmentShare = segmentBytes / (blockSize / 2);
    const maxStates = Math.min(
      Math.floor(0.75 * 2 ** log2),
      Math.floor((bytes - 4 * 2 ** log2 - segmentBytes * spareSegments) / (stride + onwardBytes + segmentShare)),
    );
    if (maxStates <= (best?.maxStates ?? 0)) continue;
    const maxSegments = segmentsFor(maxStates);
    const tableAt = aligned(segmentsAt + maxSegments * segmentBytes, 64);
    const onwardAt = tableAt + 4 * 2 ** log2;
    const statesAt = aligned(onwardAt + onwardBytes * maxStates, 64);
    if (statesAt > mostOfOne) continue;
    best = {
      maxSegments,
      tableAt,
      tableMaxLog2: log2,
      onwardAt: onwardBytes > 0 ? onwardAt : undefined,
      statesAt,
      maxStates,
      ...shareOut(maxStates, statesAt, room),
      entryBytes: 4,
      recycling: undefined,
    };
  }
  return best;
}

/** Which states lie beside the table, and which in banks. */
function shareOut(
  maxStates: number,
  statesAt: number,
  { stride, memoryBytes, mostOfOne }: Room,
): Pick<MemoryPlan, "ownStates" | "banks" | "bankStates"> {
  if (memoryBytes <= mostOfOne) return { ownStates: maxStates, banks: 0, bankStates: 0 };
  const bankStates = 2 ** Math.floor(Math.log2(mostOfOne / stride));
  const ownStates = Math.min(maxStates, Math.floor((mostOfOne - statesAt) / stride / blockSize) * blockSize);
  return { ownStates, banks: Math.ceil((maxStates - ownStates) / bankStates), bankStates };
}

/** The greatest table that leaves as much again for the states of two levels. */
export function fitFingerprints(
  { segmentsAt, bytes, memoryBytes, mostOfOne, stride, onwardBytes, overshoot, smallestLog2 }: Room,
  fingerprintBits: number,
): Fitted | undefined {
  // All lies in one memory.
  const ownBytes = bytes - Math.max(0, memoryBytes - mostOfOne);
  const entryBytes = 8;
  const blockBytes = blockSize * (stride + onwardBytes) + 4;
  const leastBlocks = 4 * Math.ceil(overshoot / blockSize);
  let best: Fitted | undefined;
  for (let log2 = smallestLog2; log2 <= 28; log2++) {
    const tableBytes = entryBytes * 2 ** log2;
    const maxStates = Math.floor(0.75 * 2 ** log2);
    const maxSegments = segmentsFor(maxStates);
    const tableAt = aligned(segmentsAt + maxSegments * segmentBytes, 64);
    const left = ownBytes - (tableAt - segmentsAt) - tableBytes;
    const blocks = Math.floor(left / blockBytes);
    if (blocks < leastBlocks || (best !== undefined && left < tableBytes / 2)) break;
    const freeAt = tableAt + tableBytes;
    const onwardAt = aligned(freeAt + blocks * 4, 64);
    best = {
      maxSegments,
      tableAt,
      tableMaxLog2: log2,
      onwardAt: onwardBytes > 0 ? onwardAt : undefined,
      statesAt: aligned(onwardAt + onwardBytes * blocks * blockSize, 64),
      maxStates,
      ownStates: blocks * blockSize,
      banks: 0,
      bankStates: 0,
      entryBytes,
      recycling: { freeAt, blocks, fingerprintBits },
    };
  }
  return best;
}

function segmentsFor(states: number): number {
  return spareSegments + Math.ceil(states / (blockSize / 2));
}

/** Segments beyond one for every half block: levels that fill no block need their own. */
const spareSegments = 2 ** 17;

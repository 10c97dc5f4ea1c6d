/** How large table and states become in the memory that there is. */
import { lineBytes } from "../codegen/wasm/store/bit-filter.ts";
import { aligned, blockSize, type MemoryPlan, type PlanOptions, segmentBytes } from "./memory-map.ts";

/** What is left for table and states. */
export interface Room {
  readonly segmentsAt: number;
  /** All that is granted, and how much of it one memory can have. */
  readonly memoryBytes: number;
  readonly mostOfOne: number;
  readonly bytes: number;
  readonly stride: number;
  readonly noteBytes: number;
  readonly overshoot: number;
  readonly smallestLog2: number;
}

export type Fitted = Pick<
  MemoryPlan,
  | "maxSegments"
  | "tableAt"
  | "tableMaxLog2"
  | "notesAt"
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
  const { segmentsAt, bytes, stride, noteBytes, smallestLog2, mostOfOne } = room;
  let best: Fitted | undefined;
  for (let log2 = smallestLog2; log2 <= 30; log2++) {
    const segmentShare = segmentBytes / (blockSize / 2);
    const maxStates = Math.min(
      Math.floor(0.75 * 2 ** log2),
      Math.floor((bytes - 4 * 2 ** log2 - segmentBytes * spareSegments) / (stride + noteBytes + segmentShare)),
    );
    if (maxStates <= (best?.maxStates ?? 0)) continue;
    const maxSegments = segmentsFor(maxStates);
    const tableAt = aligned(segmentsAt + maxSegments * segmentBytes, 64);
    const notesAt = tableAt + 4 * 2 ** log2;
    const statesAt = aligned(notesAt + noteBytes * maxStates, 64);
    if (statesAt > mostOfOne) continue;
    best = {
      maxSegments,
      tableAt,
      tableMaxLog2: log2,
      notesAt: noteBytes > 0 ? notesAt : undefined,
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

/**
 * The greatest table that leaves at least half as much for the states of two levels. Where a filter knows the finished
 * levels, up to three quarters of the memory are the filter's, and the table is for the states of one level.
 */
export function fitFingerprints(
  room: Room,
  fingerprintBits: number,
  finished: NonNullable<PlanOptions["finished"]>,
): Fitted | undefined {
  const { segmentsAt, memoryBytes, mostOfOne, stride, overshoot, smallestLog2 } = room;
  const entryBytes = 8;
  const filtered = finished === "filter";
  // All lies in one memory. Of what is not in the table nobody asks whether it can still finish.
  const ownBytes = room.bytes - Math.max(0, memoryBytes - mostOfOne);
  const noteBytes = finished === "table" ? room.noteBytes : 0;
  // Which states are missed follows from the number of lines, so that must not depend on the number of threads.
  const granted = Math.min(memoryBytes, mostOfOne);
  const lines = filtered ? Math.floor((granted - Math.max(leastBeside, granted / 4)) / lineBytes) : 0;
  const blockBytes = blockSize * (stride + noteBytes) + 4;
  const leastBlocks = 4 * Math.ceil(overshoot / blockSize);
  let best: Fitted | undefined;
  for (let log2 = smallestLog2; log2 <= 28; log2++) {
    const tableBytes = entryBytes * 2 ** log2;
    const maxStates = filtered ? Math.min(mostCounted, lines * lineBytes * 2) : Math.floor(0.75 * 2 ** log2);
    const maxSegments = segmentsFor(maxStates);
    const tableAt = aligned(segmentsAt + maxSegments * segmentBytes, 64);
    const left = ownBytes - (tableAt - segmentsAt) - tableBytes - lines * lineBytes;
    const blocks = Math.floor(left / blockBytes);
    if (blocks < leastBlocks || (best !== undefined && left < tableBytes / 2)) break;
    const filterAt = tableAt + tableBytes;
    const freeAt = filterAt + lines * lineBytes;
    const notesAt = aligned(freeAt + blocks * 4, 64);
    best = {
      maxSegments,
      tableAt,
      tableMaxLog2: log2,
      notesAt: noteBytes > 0 ? notesAt : undefined,
      statesAt: aligned(notesAt + noteBytes * blocks * blockSize, 64),
      maxStates,
      ownStates: blocks * blockSize,
      banks: 0,
      bankStates: 0,
      entryBytes,
      recycling: {
        freeAt,
        blocks,
        fingerprintBits,
        filter: filtered ? { at: filterAt, lines } : undefined,
      },
    };
  }
  return best;
}

/** What a search needs beside a filter, in bytes. */
const leastBeside = 2 ** 23;

/** Counters have 32 bits. */
const mostCounted = 2 ** 31 - 2 ** 20;

function segmentsFor(states: number): number {
  return spareSegments + Math.ceil(states / (blockSize / 2));
}

/** Segments beyond one for every half block: levels that fill no block need their own. */
const spareSegments = 2 ** 17;

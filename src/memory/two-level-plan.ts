/**
 * Stores that keep the states of two levels, the one that is expanded and the next. Blocks of states are used again. A
 * table of 64-bit fingerprints is before them.
 */
import { aligned, blockSize, segmentBytes } from "./memory-map.ts";
import type { Fitted, Room } from "./room.ts";
import { segmentsFor } from "./segments-needed.ts";

export interface TwoLevelPlan {
  /** A stack of the numbers of free blocks. */
  readonly freeAt: number;
  readonly blocks: number;
  readonly fingerprintBits: number;
}

export const fingerprintEntryBytes = 8;

/** The parts of a store other than its table and its states. */
export interface Beside {
  /** Bytes after the table. */
  readonly bytes: number;
  readonly maxStates: (log2: number) => number;
}

/** Everything except the store's own part. */
export type TwoLevels = Omit<Fitted<TwoLevelPlan>, "store"> & {
  readonly levels: TwoLevelPlan;
  readonly besideAt: number;
};

/** The largest table that leaves at least half as much room for the states of two levels. */
export function fitTwoLevels(room: Room, beside: Beside): TwoLevels | undefined {
  const { segmentsAt, memoryBytes, mostOfOne, stride, noteBytes, overshoot, smallestLog2, fingerprintBits } = room;
  // Everything is in one memory.
  const ownBytes = room.bytes - Math.max(0, memoryBytes - mostOfOne);
  const blockBytes = blockSize * (stride + noteBytes) + 4;
  const leastBlocks = 4 * Math.ceil(overshoot / blockSize);
  let best: TwoLevels | undefined;
  for (let log2 = smallestLog2; log2 <= 28; log2++) {
    const tableBytes = fingerprintEntryBytes * 2 ** log2;
    const maxStates = beside.maxStates(log2);
    const maxSegments = segmentsFor(maxStates);
    const tableAt = aligned(segmentsAt + maxSegments * segmentBytes, 64);
    const left = ownBytes - (tableAt - segmentsAt) - tableBytes - beside.bytes;
    const blocks = Math.floor(left / blockBytes);
    if (blocks < leastBlocks || (best !== undefined && left < tableBytes / 2)) break;
    const besideAt = tableAt + tableBytes;
    const freeAt = besideAt + beside.bytes;
    const notesAt = aligned(freeAt + blocks * 4, 64);
    best = {
      maxSegments,
      tableAt,
      tableMaxLog2: log2,
      notesAt: noteBytes > 0 ? notesAt : undefined,
      statesAt: aligned(notesAt + noteBytes * blocks * blockSize, 64),
      maxStates,
      bankPages: [],
      levels: { freeAt, blocks, fingerprintBits },
      besideAt,
    };
  }
  return best;
}

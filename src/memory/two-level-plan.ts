/**
 * Stores that keep the states of two levels, the one that is expanded and the next. Blocks of states are used again. A
 * table is before them that knows the states of all levels.
 */
import { aligned, blockSize, segmentBytes } from "./memory-map.ts";
import type { Fitted, Room } from "./room.ts";
import { segmentsFor } from "./segments-needed.ts";

export interface TwoLevelPlan {
  /** A stack of the numbers of free blocks. */
  readonly freeAt: number;
  readonly blocks: number;
}

/** The table, and the parts of a store other than its table and its states. */
export interface TwoLevelShape {
  /** In the memory of the states; 0 if the table is in banks. */
  readonly entryBytes: number;
  /** The smallest and the largest table, as logarithms of their entries. */
  readonly leastLog2: number;
  readonly mostLog2: number;
  /** Slots that the table has in addition to its entries. */
  readonly slotsBeyond: number;
  readonly maxStates: (log2: number) => number;
  /** Bytes after the table. */
  readonly bytes: number;
  /** Bytes of what is kept of each state of two levels. */
  readonly storedBytes: number;
}

/** Everything except the store's own part. */
export type TwoLevels = Omit<Fitted<TwoLevelPlan>, "store"> & {
  readonly levels: TwoLevelPlan;
  readonly besideAt: number;
};

/** The largest table that leaves at least half as much room for the states of two levels. */
export function fitTwoLevels(room: Room, shape: TwoLevelShape): TwoLevels | undefined {
  const { segmentsAt, memoryBytes, mostOfOne, noteBytes, keyNoteBytes, sleeperBytes, overshoot } = room;
  const { storedBytes } = shape;
  const ownBytes = room.bytes - Math.max(0, memoryBytes - mostOfOne);
  const blockBytes = blockSize * (storedBytes + noteBytes + keyNoteBytes + sleeperBytes) + 4;
  const leastBlocks = 4 * Math.ceil(overshoot / blockSize);
  let best: TwoLevels | undefined;
  for (let log2 = shape.leastLog2; log2 <= shape.mostLog2; log2++) {
    const tableBytes = shape.entryBytes * (2 ** log2 + shape.slotsBeyond);
    const maxStates = shape.maxStates(log2);
    const maxSegments = segmentsFor(maxStates);
    const tableAt = aligned(segmentsAt + maxSegments * segmentBytes, 64);
    const left = ownBytes - (tableAt - segmentsAt) - tableBytes - shape.bytes;
    const blocks = Math.floor(left / blockBytes);
    if (blocks < leastBlocks || (best !== undefined && left < tableBytes / 2)) break;
    const besideAt = tableAt + tableBytes;
    const freeAt = besideAt + shape.bytes;
    const notesAt = aligned(freeAt + blocks * 4, 64);
    const keyNotesAt = notesAt + noteBytes * blocks * blockSize;
    const sleepersAt = keyNotesAt + keyNoteBytes * blocks * blockSize;
    best = {
      maxSegments,
      tableAt,
      initialEntries: 2 ** shape.leastLog2,
      mostEntries: 2 ** log2,
      slotsBeyond: shape.slotsBeyond,
      notesAt: noteBytes > 0 ? notesAt : undefined,
      keyNotesAt: keyNoteBytes > 0 ? keyNotesAt : undefined,
      sleepersAt: sleeperBytes > 0 ? sleepersAt : undefined,
      statesAt: aligned(sleepersAt + sleeperBytes * blocks * blockSize, 64),
      storedBytes,
      maxStates,
      bankPages: [],
      levels: { freeAt, blocks },
      besideAt,
    };
  }
  return best;
}

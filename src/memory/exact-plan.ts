/**
 * The exact store: all states beside a table of 32-bit entries, and those that do not fit there in further memories.
 */
import { aligned, blockSize, pageBytes, segmentBytes } from "./memory-map.ts";
import type { Fitted, Room, StorePlanner } from "./room.ts";
import { segmentsFor, spareSegments } from "./segments-needed.ts";

export interface ExactPlan {
  /**
   * States with a lower index are in the first memory, in whole blocks. The others are in further memories, the banks.
   */
  readonly ownStates: number;
  /** How many states a bank holds: a power of two, at least a block. 0 if there are no banks. */
  readonly bankStates: number;
  /** Inside an area, if there are banks: a copy of the states that are being expanded, at most a block. */
  readonly windowIn: number;
}

export const exactEntryBytes = 4;

export const exactPlanner: StorePlanner<ExactPlan> = {
  areaBytes: ({ stride, memoryBytes, mostOfOne }) => (memoryBytes > mostOfOne ? blockSize * stride : 0),
  fit,
};

/** The table size with which most states fit. */
function fit(room: Room): Fitted<ExactPlan> | undefined {
  const { segmentsAt, bytes, stride, noteBytes, receivedBytes, sleeperBytes, smallestLog2, mostOfOne } = room;
  const besideState = noteBytes + receivedBytes + sleeperBytes;
  let best: Fitted<ExactPlan> | undefined;
  for (let log2 = smallestLog2; log2 <= 30; log2++) {
    const tableBytes = exactEntryBytes * 2 ** log2;
    const segmentShare = segmentBytes / (blockSize / 2);
    const maxStates = Math.min(
      Math.floor(0.75 * 2 ** log2),
      Math.floor((bytes - tableBytes - segmentBytes * spareSegments) / (stride + besideState + segmentShare)),
    );
    if (maxStates <= (best?.maxStates ?? 0)) continue;
    const maxSegments = segmentsFor(maxStates);
    const tableAt = aligned(segmentsAt + maxSegments * segmentBytes, 64);
    const notesAt = tableAt + tableBytes;
    const receivedAt = notesAt + noteBytes * maxStates;
    // Half of these bytes are kept outside of this memory (src/checker/distributed/sent-states.ts).
    const sleepersAt = receivedAt + (receivedBytes / 2) * maxStates;
    const statesAt = aligned(sleepersAt + sleeperBytes * maxStates, 64);
    if (statesAt > mostOfOne) continue;
    best = {
      maxSegments,
      tableAt,
      initialEntries: 2 ** smallestLog2,
      mostEntries: 2 ** log2,
      slotsBeyond: 0,
      notesAt: noteBytes > 0 ? notesAt : undefined,
      receivedAt: receivedBytes > 0 ? receivedAt : undefined,
      sleepersAt: sleeperBytes > 0 ? sleepersAt : undefined,
      statesAt,
      storedBytes: stride,
      maxStates,
      ...shareOut(maxStates, statesAt, room),
    };
  }
  return best;
}

/** Decides which states are beside the table, and which in banks. */
function shareOut(
  maxStates: number,
  statesAt: number,
  { stride, memoryBytes, mostOfOne, ownIn: windowIn }: Room,
): Pick<Fitted<ExactPlan>, "store" | "bankPages"> {
  if (memoryBytes <= mostOfOne) return { store: { ownStates: maxStates, bankStates: 0, windowIn }, bankPages: [] };
  const bankStates = 2 ** Math.floor(Math.log2(mostOfOne / stride));
  const ownStates = Math.min(maxStates, Math.floor((mostOfOne - statesAt) / stride / blockSize) * blockSize);
  const banks = Math.ceil((maxStates - ownStates) / bankStates);
  return {
    store: { ownStates, bankStates, windowIn },
    bankPages: new Array<number>(banks).fill(Math.ceil((bankStates * stride) / pageBytes)),
  };
}

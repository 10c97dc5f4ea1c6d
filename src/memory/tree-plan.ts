/**
 * The tree store: a table of roots, which are pairs of numbers; the parts of states that these numbers stand for, with a
 * table for each side; and the pairs of the states of two levels.
 */
import { aligned, blockSize, pageBytes } from "./memory-map.ts";
import type { Fitted, Room, StorePlanner } from "./room.ts";
import { mostDisplacementBits, mostFilled, wideShape } from "./root-shape.ts";
import { fitTwoLevels, type TwoLevelPlan } from "./two-level-plan.ts";

export interface TreePlan extends TwoLevelPlan {
  /** Numbers of parts have so many bits. */
  readonly partBits: number;
  /** How many numbers of a side threads may still take before they meet. */
  readonly partsOvershoot: number;
  readonly left: PartsPlan;
  readonly right: PartsPlan;
  /** Inside an area, for each side: the successors of a batch that need a lookup of their part. */
  readonly openIn: number;
  /** Inside an area: the states that are being expanded, whole, at most a block. */
  readonly windowIn: number;
}

/** The parts of one side. */
export interface PartsPlan {
  /** For each word of a state, the bits that belong to the part. */
  readonly masks: readonly number[];
  /** Of a stored part: those words of a state that have such bits. */
  readonly words: number;
  readonly partsAt: number;
  /** A table of 32-bit entries, with its first size and its last. */
  readonly tableAt: number;
  readonly initialLog2: number;
  readonly maxLog2: number;
}

/** Of a cell of the table of roots. It may have half of them (root-shape.ts). */
export const rootBytes = 4;
export const partEntryBytes = 4;
/** All that is kept of a state of two levels: the numbers of its parts, two words. */
export const pairBytes = 8;
/** An entry of the list at `openIn`: the addresses of a state and of its probe. */
export const openBytes = 8;

/** Threads take so many numbers of parts at once. */
export const partBlock = 64;

/** More than this do not fit into a cell of 32 bits beside the displacement, unless the table is large from the start. */
const usualPartBits = 22;
/** A table of 256 MiB is large enough for these. */
const mostPartBits = 24;

/** With more slots their numbers have more than 32 bits, and the counters of states too. */
const mostRootsLog2 = 31;

/** A root's remainder has at most so many of the 32 bits of its cell. */
const mostRemainderBits = 22;

/** After the last home there are as many slots as a displacement can be long. So no search goes on at the first slot. */
const slotsBeyondEach = 2 ** mostDisplacementBits;

export const treePlanner: StorePlanner<TreePlan> = {
  areaBytes: ({ batchCapacity, stride }) => openListBytes(batchCapacity) + blockSize * stride,
  fit,
};

function fit(room: Room): Fitted<TreePlan> | undefined {
  const { memoryBytes, mostOfOne, stride, partition, leastStates } = room;
  const partsOvershoot = overshootOfParts(room);
  // A word may have bits of both parts. The tables are at most half full.
  const bytesOfParts = 2 * stride + 4 * partEntryBytes;
  const banks = banksOf(room);
  const shared = Math.min(memoryBytes, mostOfOne) / (banks === undefined ? 4 : 2);
  // Banks begin with a large table. Another begins with one if there are many states.
  const statesLog2 = banks === undefined ? Math.floor(Math.log2(Math.max(1, leastStates))) : 0;
  const forStates = Math.max(usualPartBits, Math.floor((statesLog2 + mostRemainderBits) / 2));
  const mostBits = banks === undefined ? Math.min(mostPartBits, forStates) : mostPartBits;
  const partBits = partition.partBits ?? Math.min(mostBits, Math.floor(Math.log2(shared / bytesOfParts)));
  const maxLog2 = partBits + 1;
  const initialLog2 = Math.min(maxLog2, Math.ceil(Math.log2(4 * partsOvershoot)));
  if (2 ** partBits <= partsOvershoot) return undefined;
  const { leftMasks = lowerHalf(stride / 4) } = partition;
  const sides = [leftMasks, leftMasks.map((mask) => ~mask >>> 0)].map((masks) => ({
    masks,
    words: masks.filter((mask) => mask !== 0).length,
  }));
  const tableBytes = partEntryBytes * 2 ** maxLog2;
  const arrayBytes = sides.map((side) => aligned(side.words * 4 * 2 ** partBits, 64));
  const keyBits = 2 * partBits;
  const leastLog2 = partition.rootsLog2 ?? Math.max(room.smallestLog2, keyBits - mostRemainderBits, statesLog2);
  // After the search, the memory of the smallest table serves another purpose (src/checker/paths/transitions-into.ts).
  const inPlaceOfTable = banks === undefined ? 0 : rootBytes * 2 ** leastLog2;
  const fitted = fitTwoLevels(room, {
    entryBytes: banks === undefined ? rootBytes : 0,
    leastLog2,
    mostLog2: Math.min(banks?.log2 ?? 29, keyBits - 1),
    slotsBeyond: slotsBeyondEach * (banks?.pages.length ?? 1),
    maxStates: (log2) => Math.floor(mostFilled(wideShape(partBits), 2 ** log2) * 2 ** log2),
    bytes: inPlaceOfTable + 2 * tableBytes + arrayBytes.reduce((sum, one) => sum + one, 64),
    storedBytes: pairBytes,
  });
  if (fitted === undefined) return undefined;
  const { levels, besideAt, ...rest } = fitted;
  let next = aligned(besideAt + inPlaceOfTable, 64);
  const [left, right] = sides.map((side, i): PartsPlan => {
    const tableAt = next;
    const partsAt = tableAt + tableBytes;
    next = partsAt + (arrayBytes[i] ?? 0);
    return { ...side, partsAt, tableAt, initialLog2, maxLog2 };
  }) as [PartsPlan, PartsPlan];
  return {
    ...rest,
    bankPages: banks?.pages ?? [],
    store: {
      ...levels,
      partBits,
      partsOvershoot,
      left,
      right,
      openIn: room.ownIn,
      windowIn: room.ownIn + openListBytes(room.batchCapacity),
    },
  };
}

/**
 * The table of roots in banks: its largest size, as a logarithm, and the pages of each bank. Undefined if the
 * first memory has as much room for it. There it can take up to a half.
 */
function banksOf({ memoryBytes, mostOfOne }: Room): { log2: number; pages: readonly number[] } | undefined {
  const bytes = memoryBytes - mostOfOne;
  if (bytes < mostOfOne) return undefined;
  const log2 = Math.min(mostRootsLog2, Math.floor(Math.log2(bytes / rootBytes)));
  const banks = 2 ** Math.ceil(Math.log2(Math.max(1, (rootBytes * (2 ** log2 + slotsBeyondEach)) / mostOfOne)));
  const bankBytes = rootBytes * (2 ** log2 / banks + slotsBeyondEach);
  return { log2, pages: new Array<number>(banks).fill(Math.ceil(bankBytes / pageBytes)) };
}

/** Of both sides. */
function openListBytes(batchCapacity: number): number {
  return aligned(2 * batchCapacity * openBytes, 64);
}

function lowerHalf(words: number): readonly number[] {
  return Array.from({ length: words }, (_, word) => (word < Math.floor(words / 2) ? 0xffffffff : 0));
}

/**
 * How many numbers of a side may be taken after a thread has found that its table must grow and before all threads have
 * met: each ends the batch that it has begun, and may begin another; of its blocks, it leaves a part unused.
 */
function overshootOfParts({ workers, batchCapacity }: Room): number {
  return (workers + 1) * 2 * (batchCapacity + partBlock);
}

/** The number of parts at which a table of this size must grow. */
export function fullParts({ partBits, partsOvershoot }: TreePlan, log2: number): number {
  return Math.min(2 ** partBits, Math.floor(0.75 * 2 ** log2)) - partsOvershoot;
}

/**
 * Where everything lies in the shared memory. The addresses are constants of the generated code, so the plan is made
 * first. Linux gives a page real memory only when it is first touched: regions are as large as the capacity needs and
 * cost what is used of them. One memory ends at 4 GiB; states for which there is no room in it lie in further memories,
 * the banks, in which there is nothing else.
 */
import type { Layout } from "../ir/layout.ts";
import type { Program } from "../ir/program.ts";
import { fitFingerprints, fitStates, type Room } from "./fit-memory.ts";

/**
 * The control words, as byte addresses. Those that workers change all the time have a cache line of their own; the
 * first line is only read while a level is worked on.
 */
export const control = {
  /** Not 0: leave between batches, because the search is to stop. */
  pause: 0,
  /** The number of states at which workers pause: the table is full enough, or a bound is reached. */
  pauseAbove: 4,
  /** i64: the violations that are not known from earlier levels, and so must be recorded. */
  newViolations: 8,
  /** The level's segments: the first one and the one after the last. */
  levelFirst: 16,
  levelEnd: 20,
  depth: 24,
  tableLog2: 28,
  /** What workers do after the barrier. */
  phase: 32,
  abort: 36,
  /** How the search ended. */
  outcome: 40,
  /** The next segment to enter into the table again. */
  reinsertClaim: 44,
  /** How many threads search, how many of them are at the barrier, and how often all met. */
  participants: 48,
  /** Not 0: hand over at the end of the level. */
  handOver: 52,
  /** Indices in blocks that a thread left unfilled when it handed over; no state will have them. */
  abandoned: 56,
  /** How many threads have loaded what they need. */
  ready: 60,
  arrived: 64,
  generation: 68,
  /** The next segment of the level to expand. */
  claim: 128,
  /** The next block of state indices to hand out. */
  nextBlock: 192,
  segments: 196,
  states: 256,
  /** i64: the violations found so far. */
  found: 320,
  /** i64: where random walks are in their sequence of random numbers. */
  random: 384,
  /** Where states make room for others: how many blocks are free (recycled-blocks.ts). */
  freeBlocks: 448,
  /** The states that are not in the table, because a filter has them. */
  filtered: 452,
} as const;

/** Bytes that say whether a check was put to the test. */
export const testedAt = 4096;
export const maxChecks = 4096;

/** States are numbered in blocks, so that workers seldom meet at the counter. */
export const blockSize = 512;

export const segmentBytes = 12;

const smallestTableLog2 = 16;

/**
 * What a search may insert after it has passed a threshold and before all workers have paused: a batch each, and the
 * rest of the block that each has begun.
 */
export function overshootOf(workers: number, batchCapacity: number): number {
  return workers * (batchCapacity + blockSize) + blockSize;
}

/** A batch ends when it has this many successors or violations, or this many parents. */
export const batchSuccessors = 512;
export const batchParents = 512;

/** For each successor its hash, and the address of the slot where its insertion begins. */
export const probeBytes = 8;

/** A move is a location and a choice in one 32-bit word. */
export const choiceShift = 20;

/** The head of a violation's record: parent, move, mask; the successor's words follow. */
export const violationHead = 16;

export interface MemoryPlan {
  readonly pages: number;
  readonly workers: number;
  /** Bytes of a packed state. */
  readonly stride: number;
  /** u16 tables by location: how many choices to try; which state checks its step can affect. */
  readonly choicesAt: number;
  readonly groupsAt: number;
  /** Each worker's own area, and one more for the main thread. */
  readonly areasAt: number;
  readonly areaBytes: number;
  /** What was counted when the level began: a copy of the bytes at `testedAt`, then of each area's counts. */
  readonly levelStartAt: number;
  /** Inside an area: i64 counts by location, then the batch. */
  readonly successorsIn: number;
  /** Their canonical forms, where the search makes use of symmetries; else the same place. */
  readonly canonicalIn: number;
  readonly movesIn: number;
  readonly probesIn: number;
  readonly violationsIn: number;
  readonly batchCapacity: number;
  /** Triples: the first state, the one after the last, their level. */
  readonly segmentsAt: number;
  readonly maxSegments: number;
  readonly tableAt: number;
  readonly tableMaxLog2: number;
  readonly initialTableLog2: number;
  readonly statesAt: number;
  /** The states with a lower index lie in this memory, in whole blocks; those from here on in banks. */
  readonly ownStates: number;
  readonly banks: number;
  /** How many states a bank holds; a power of two, of at least a block. */
  readonly bankStates: number;
  /** Inside an area, where there are banks: a copy of the states that are being expanded, a block at most. */
  readonly windowIn: number;
  /**
   * Where some property asks whether all can still finish: for each state a word, 0 until a successor is known, then one
   * more than the greatest index of a successor; `ended` where a way ends. Else undefined.
   */
  readonly notesAt: number | undefined;
  /** How many states there is room for, and at how many of them the search must stop so as not to overrun it. */
  readonly maxStates: number;
  readonly stopAtStates: number;
  /** Of the table. */
  readonly entryBytes: number;
  /** Where the states of finished levels make room for others; `notesAt` then has words for those in memory only. */
  readonly recycling: Recycling | undefined;
}

export interface Recycling {
  /** A stack of the numbers of free blocks. */
  readonly freeAt: number;
  readonly blocks: number;
  readonly fingerprintBits: number;
  /** Where states of finished levels are known by some bits only; the table then has those of one level. */
  readonly filter: Filter | undefined;
}

export interface Filter {
  readonly at: number;
  /** Lines of the cache. */
  readonly lines: number;
}

const page = 65536;

/** What a state's word at `notesAt` holds if its path ends: all have finished, or a property is violated. Unsigned, the greatest. */
export const ended = -1;

/** What 32-bit WebAssembly can address. */
export const addressSpace = 2 ** 32;

export interface PlanOptions {
  /** Whether some property asks whether all can still finish. */
  readonly notesSuccessors?: boolean;
  /** Whether canonical forms are searched. */
  readonly symmetric?: boolean;
  /** No memory is larger, in bytes. */
  readonly mostOfOne?: number | undefined;
  /** Undefined where states are stored whole. */
  readonly fingerprintBits?: number | undefined;
  /** Where it is known which states of finished levels there were: in the table too, or in a filter. */
  readonly finished?: "table" | "filter";
}

/** Plans a search in at most `memoryBytes`. Throws a RangeError where that is too little to start. */
export function planMemory(
  program: Program,
  layout: Layout,
  workers: number,
  memoryBytes: number,
  {
    notesSuccessors = false,
    symmetric = false,
    mostOfOne = addressSpace,
    fingerprintBits,
    finished = "table",
  }: PlanOptions = {},
): MemoryPlan {
  const stride = layout.words * 4;
  const locations = program.locations.length;
  const branching = program.actors.reduce((sum, actor) => {
    const own = program.locations.slice(actor.first, actor.first + actor.count);
    return sum + Math.max(...own.map(({ choices }) => choices));
  }, 0);
  if (locations >= 2 ** choiceShift)
    throw new RangeError(`the program has ${locations} locations; at most ${2 ** choiceShift - 1} can be searched`);
  if (branching >= 2 ** (32 - choiceShift))
    throw new RangeError(
      `a state has up to ${branching} choices; at most ${2 ** (32 - choiceShift) - 1} can be searched`,
    );

  const batchCapacity = batchSuccessors + branching;
  const successorsIn = locations * 8;
  const canonicalIn = symmetric ? aligned(successorsIn + batchCapacity * stride, 64) : successorsIn;
  const movesIn = aligned(canonicalIn + batchCapacity * stride, 64);
  const probesIn = aligned(movesIn + batchCapacity * 8, 64);
  const violationsIn = aligned(probesIn + batchCapacity * probeBytes, 64);
  // A batch may record as many violations while expanding as it may have successors, and each of these may be one.
  const windowIn = aligned(violationsIn + 2 * batchCapacity * (violationHead + stride), 64);
  const areaBytes = aligned(
    windowIn + (fingerprintBits === undefined && memoryBytes > mostOfOne ? blockSize * stride : 0),
    4096,
  );

  const choicesAt = testedAt + maxChecks;
  const groupsAt = aligned(choicesAt + locations * 2, 64);
  const areasAt = aligned(groupsAt + locations * 2, 4096);
  const levelStartAt = areasAt + areaBytes * (workers + 1);
  const segmentsAt = aligned(levelStartAt + maxChecks + successorsIn * (workers + 1), 64);

  const overshoot = overshootOf(workers, batchCapacity);
  const room: Room = {
    segmentsAt,
    memoryBytes,
    mostOfOne,
    bytes: memoryBytes - segmentsAt - 2 * page,
    stride,
    noteBytes: notesSuccessors ? 4 : 0,
    overshoot,
    smallestLog2: Math.max(smallestTableLog2, Math.ceil(Math.log2(overshoot * 8))),
  };
  const best = fingerprintBits === undefined ? fitStates(room) : fitFingerprints(room, fingerprintBits, finished);
  const stopAtStates = (best?.maxStates ?? 0) - overshoot;
  if (best === undefined || stopAtStates <= 0)
    throw new RangeError(`${memoryBytes} bytes of memory are too few to search with`);
  return {
    ...best,
    // All that was granted, so that searches of different programs can use the same memory.
    pages: Math.floor(Math.min(memoryBytes, mostOfOne) / page),
    workers,
    stride,
    choicesAt,
    groupsAt,
    areasAt,
    areaBytes,
    levelStartAt,
    successorsIn,
    canonicalIn,
    movesIn,
    probesIn,
    violationsIn,
    batchCapacity,
    windowIn,
    segmentsAt,
    initialTableLog2: Math.min(room.smallestLog2, best.tableMaxLog2),
    stopAtStates,
  };
}

/** The pages of a bank's memory. */
export function bankPages({ bankStates, stride }: MemoryPlan): number {
  return Math.ceil((bankStates * stride) / page);
}

export function aligned(address: number, to: number): number {
  return Math.ceil(address / to) * to;
}

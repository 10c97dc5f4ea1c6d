/**
 * The addresses of everything in the shared memory. They are constants of the generated code, so the plan is made first
 * (plan-memory.ts). Linux provides real memory for a page only when it is first touched. So regions are as large as the
 * capacity needs, and cost only the part that is used. One memory ends at 4 GiB. States for which there is no room in it
 * are in further memories, the banks, which hold only states.
 */

/**
 * The control words, as byte addresses. Words that workers change all the time have a cache line of their own. The first
 * line is only read while a level is expanded.
 */
export const control = {
  /** Not 0: leave between batches, because the search is to stop. */
  pause: 0,
  /** The number of states at which workers pause: the table is full enough, or a limit is reached. */
  pauseAbove: 4,
  /** i64: the violations that are not known from earlier levels, and so must be recorded. */
  newViolations: 8,
  /** The level's segments: the first one and the one after the last. */
  levelFirst: 16,
  levelEnd: 20,
  depth: 24,
  /** The size of the table by which states are found. */
  tableEntries: 28,
  /** What workers do after the barrier. */
  phase: 32,
  abort: 36,
  /** How the search ended. */
  ending: 40,
  /** The next segment to enter into the table again. */
  reinsertClaim: 44,
  /** How many threads search, how many of them are at the barrier, and how often all have met. */
  participants: 48,
  /** Not 0: hand over at the end of the level. */
  handOver: 52,
  /** Indices in blocks that a thread left unfilled when it handed over. No state will get them. */
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
  /** i64: the position of random walks in their sequence of random numbers. */
  random: 384,
  /** If blocks are used again: how many are free (src/checker/stores/recycled-blocks.ts). */
  freeBlocks: 448,
  /** How many states left the table because the store knows them in another way. */
  outOfTable: 452,
  /** The tree store: the next number of a left part and of a right one, to be handed out in blocks. */
  leftParts: 512,
  rightParts: 576,
  /** For each side, the size of its table of parts, and the number of parts at which threads meet to enlarge it. */
  leftLog2: 640,
  rightLog2: 644,
  leftAbove: 648,
  rightAbove: 652,
  /** Not 0: a root had no place. The search must stop. */
  rootsFull: 656,
  /** One more than the first level with a state from which an actor alone may go round for ever; 0 if there is none. */
  goesOnFrom: 660,
  /** A rank of several: how many states of others it was sent, as far as their places are kept. */
  received: 664,
  /** The tree store: how the roots are kept (src/memory/root-shape.ts). */
  rootLeftBits: 668,
  rootKeyBits: 672,
  /** 1 if the cells of the table have 16 bits, else 0. */
  rootsNarrow: 676,
} as const;

/** Bytes that say whether the premise of a check was true. */
export const testedAt = 4096;
export const maxChecks = 4096;

/** States are numbered in blocks, so that workers seldom compete for the counter. */
export const blockSize = 512;

export const segmentBytes = 12;

/**
 * How many states a search may insert after it has passed a threshold and before all workers have paused: a batch for
 * each worker, and the rest of the block that each has begun.
 */
export function overshootOf(workers: number, batchCapacity: number): number {
  return workers * (batchCapacity + blockSize) + blockSize;
}

/** Of a note at `keyNotesAt`. */
export const keyNoteBytes = 8;

/** For each location: the slots that its step touches, and those that it writes. */
export const footprintBytes = 16;

/** A batch ends when it has this many successors, violations or parents. */
export const batchSuccessors = 512;
export const batchParents = 512;

/** For each successor: its hash, and the address of the slot at which its insertion begins. */
export const probeBytes = 8;

/** A move is a location and a choice in one 32-bit word. */
export const choiceShift = 20;

/** The size of a worker's table of loops that are known to end (src/codegen/wasm/liveness/known-ends.ts). */
export const knownEndsLog2 = 12;

/** The head of a violation's record: parent, move, mask; the successor's words follow. */
export const violationHead = 16;

export const pageBytes = 65536;

/**
 * A state's word at `notesAt` and at `keyNotesAt` if its path ends: all have finished, or a property is violated. The greatest unsigned
 * number.
 */
export const ended = -1;

/**
 * On a rank of several, words at `notesAt` are in this order, so that the greatest unsigned one is the best: an earlier state of
 * this rank; a later state of this rank, which has the highest bit too; `ended`.
 */
export const noteAhead = -(2 ** 31);

/** What 32-bit WebAssembly can address. */
export const addressSpace = 2 ** 32;

export function aligned(address: number, to: number): number {
  return Math.ceil(address / to) * to;
}

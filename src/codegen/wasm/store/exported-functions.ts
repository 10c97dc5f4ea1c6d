/** The functions that the generated code of a search exports. Each store adds functions of its own. */

/** The names of a module's functions, each as a key. */
export type Names<Functions> = { readonly [Name in keyof Functions]: true };

/**
 * Exported for every store. Indices of states are those of the level that is expanded. Addresses are in the first
 * memory.
 */
export interface SearchFunctions {
  /** Expands and inserts until a pause is requested. Returns the next state to expand. */
  readonly run: (first: number, last: number) => number;
  readonly scan: (first: number, last: number, filter: number, shift: number) => number;
  readonly violationsEnd: () => number;
  readonly hash: (address: number) => number;
  readonly checkAll: (address: number) => bigint;
  readonly setTableSize: (entries: number) => void;
  readonly closeSegment: () => void;
  /** Enters stored states again. */
  readonly reinsert: (first: number, last: number) => void;
  /**
   * Exported if `ends-alone` is checked and an actor's control flow has a loop. From `first` on, the first state from which some actor alone may go round for
   * ever; `last` if there is none.
   */
  readonly goesOn?: (first: number, last: number) => number;
}

export const searchFunctions: Names<SearchFunctions> = {
  run: true,
  scan: true,
  violationsEnd: true,
  hash: true,
  checkAll: true,
  setTableSize: true,
  closeSegment: true,
  reinsert: true,
};

/** Exported if `can-always-finish` is checked and the store can judge it. */
export interface LookupFunctions {
  /** Expands again. Each successor in the batch gets one more than its place in the store, or 0 if it is not stored. */
  readonly successors: (first: number, last: number) => number;
  readonly batchSize: () => number;
}

export const lookupFunctions: Names<LookupFunctions> = { successors: true, batchSize: true };

/** Exported if `ends-together` is checked and the store finds states again. */
export interface LoopFunctions extends Pick<LookupFunctions, "batchSize"> {
  /** As `successors`, but only the moves that a fair loop can take. */
  readonly loopMoves: (first: number, last: number) => number;
  /** The actors that can move in a state, as a mask. */
  readonly enabledAt: (index: number) => number;
}

export const loopFunctions: Names<LoopFunctions> = { loopMoves: true, batchSize: true, enabledAt: true };

/** Exported by stores whose table is enlarged in place (src/checker/stores/growth-in-place.ts). */
export interface GrowthFunctions {
  /** The first empty slot from `from` on; `to` if there is none before it. */
  readonly firstEmpty: (from: number, to: number) => number;
  /** Moves the entries of these slots of the old table to their places in the new one. */
  readonly rehash: (from: number, to: number, oldMask: number) => void;
}

export const growthFunctions: Names<GrowthFunctions> = { firstEmpty: true, rehash: true };

/** Exported if `can-always-finish` is checked and the store keeps the states of two levels. */
export interface SlotFunctions extends LookupFunctions {
  /** One more than the number of a state's slot in the table. */
  readonly slotOf: (index: number) => number;
}

export const slotFunctions: Names<SlotFunctions> = { ...lookupFunctions, slotOf: true };

/** Exported in addition if the store notes successors by their keys. */
export interface KeyNoteFunctions {
  /**
   * For each of at most a block of states, in place of the probes, two words: one more than the number of its slot, and of
   * the slot of the successor that was noted. If none was noted, the slot is one more than the last one; if a path ends
   * there, two more.
   */
  readonly notedSlots: (first: number, last: number) => void;
}

export const keyNoteFunctions: Names<KeyNoteFunctions> = { notedSlots: true };

/** Exported if the search reduces by symmetries. */
export interface SymmetryFunctions {
  /** Writes the canonical form of the state at `from`. */
  readonly canonical: (from: number, to: number) => void;
}

export const symmetryFunctions: Names<SymmetryFunctions> = { canonical: true };

/** Exported if several processes search together. */
export interface RankFunctions {
  /** The rank to which the state at an address belongs. */
  readonly owner: (address: number) => number;
  /** Inserts so many states, which stand in the batch. Their places are kept from a position on, if there is room. */
  readonly insertReceived: (count: number, position: number) => void;
}

/** Exported in addition if `can-always-finish` is checked. */
export interface AnswerFunctions {
  /** Gives each of so many states, which stand in the batch, one more than its place in the store, or 0. */
  readonly lookUpReceived: (count: number) => void;
}

export const answerFunctions: Names<AnswerFunctions> = { lookUpReceived: true };

export const rankFunctions: Names<RankFunctions> = { owner: true, insertReceived: true };

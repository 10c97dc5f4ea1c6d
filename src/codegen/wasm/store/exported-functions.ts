/** What the generated code of a search exports. Each store adds functions of its own. */

/** The names of a module's functions, each as a key. */
export type Names<Functions> = { readonly [Name in keyof Functions]: true };

/** Exported whatever the store. Indices of states are those of the level that is expanded; addresses are in the first memory. */
export interface SearchFunctions {
  /** Expands and inserts until a pause is asked for; gives the next state to expand. */
  readonly run: (first: number, last: number) => number;
  readonly scan: (first: number, last: number, filter: number, shift: number) => number;
  readonly violationsEnd: () => number;
  readonly hash: (address: number) => number;
  readonly checkAll: (address: number) => bigint;
  readonly setTableMask: (mask: number) => void;
  readonly closeSegment: () => void;
  /** Enters stored states again. */
  readonly reinsert: (first: number, last: number) => void;
}

export const searchFunctions: Names<SearchFunctions> = {
  run: true,
  scan: true,
  violationsEnd: true,
  hash: true,
  checkAll: true,
  setTableMask: true,
  closeSegment: true,
  reinsert: true,
};

/** Exported if a property asks whether all can still finish and the store can tell. */
export interface LookupFunctions {
  /** Expands again, and leaves with each successor in the batch one more than where it is stored, 0 if it is not. */
  readonly successors: (first: number, last: number) => number;
  readonly batchSize: () => number;
}

export const lookupFunctions: Names<LookupFunctions> = { successors: true, batchSize: true };

/** Exported if the search reduces by symmetries. */
export interface SymmetryFunctions {
  /** Writes the canonical form of the state at `from`. */
  readonly canonical: (from: number, to: number) => void;
}

export const symmetryFunctions: Names<SymmetryFunctions> = { canonical: true };

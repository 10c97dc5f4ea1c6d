/** What is asked of the explored states after the search, in one process or over several. */
import type { PartCounts } from "../contract/search-types.ts";
import type { AllExplored, Explored } from "../liveness/explored.ts";
import type { StoredPaths } from "../paths/trace-reconstruction.ts";
import type { Candidate, Candidates } from "../violations/violation-candidates.ts";

/** How much a search has explored. */
export interface Totals {
  readonly states: number;
  /** The deepest level with states. */
  readonly depth: number;
  /** By location. */
  readonly transitionsOf: readonly number[];
  /** By check: 1 if its premise was true at least once. */
  readonly tested: Uint8Array;
  readonly workers: number;
  /** Of states and table. */
  readonly bytes: number;
  readonly bytesOnDisk: number;
  readonly parts: PartCounts | undefined;
}

/** If there are several processes, all of them ask the same, and get the same answers. */
export interface AfterSearch extends AllExplored {
  /** Ask this first: the other questions expand states again, and count their transitions again. */
  readonly totals: () => Promise<Totals>;
  /** Of all that the search found, what is worth keeping. */
  readonly candidates: () => Promise<readonly Candidate[]>;
  /** The same candidates, each with all last moves of its shortest paths. Call this before `pathsTo` only. */
  readonly withAllLastMoves: (candidates: readonly Candidate[]) => Promise<readonly Candidate[]>;
  /** Call this last. There must be candidates. */
  readonly pathsTo: (candidates: readonly Candidate[]) => Promise<StoredPaths>;
}

/** What a process knows after its search. */
export interface Searched extends Omit<Explored, "archive"> {
  readonly locations: number;
  readonly candidates: Candidates;
}

import type { Limits } from "../levels/level-leader.ts";
import type { Store, StoreThread } from "../stores/store.ts";
import type { SymmetryReduction } from "../violations/representative.ts";
import type { Candidates } from "../violations/violation-candidates.ts";
import type { Ranks } from "./ranks.ts";
import type { SentStates } from "./sent-states.ts";

/** One rank's part of a search. */
export interface Part {
  readonly ranks: Ranks;
  readonly store: Store;
  readonly thread: StoreThread;
  /** Of the whole search. */
  readonly limits: Limits;
  readonly reduction: SymmetryReduction;
  readonly locations: number;
  readonly sent: SentStates;
  /** What this rank has found. */
  readonly candidates: Candidates;
}

/** What goes into a search and what comes out of it. */
import type { LocationId } from "../../ir/indices.ts";
import type { Symmetry } from "../../ir/program.ts";
import type { StoreName } from "../../memory/memory-plan.ts";

/** Why a search ended before the whole state space was explored. */
export type Bound = "depth" | "states" | "memory" | "disk" | "timeout" | "signal";

export interface SearchOptions {
  /** Threads; by default as many as the machine has. */
  readonly workers?: number;
  /** Transitions from the initial state: states this deep are found, but not expanded. */
  readonly maxDepth?: number;
  /** Stops soon after this many states are stored. */
  readonly maxStates?: number;
  /** For states and table together; by default a quarter of the machine's memory, but not more than 4 GiB. */
  readonly memoryBytes?: number;
  /** Beyond this, states lie in several WebAssembly memories; by default as much as one can have, 4 GiB. */
  readonly bytesPerMemory?: number;
  /** "exact" by default. */
  readonly store?: StoreName;
  /** Where the states of finished levels go that the store does not keep. */
  readonly spillFolder?: string;
  /** 64 by default; with few, tests see what happens where states are taken for others. */
  readonly fingerprintBits?: number;
  readonly timeoutMs?: number;
  /** Stops between two batches; what was found so far is the result. */
  readonly signal?: AbortSignal;
  /**
   * The main thread searches alone until a level ends with more states than this, so that a small search need not wait
   * for threads to start; and then, while they do, up to twenty times as many. Meanwhile signals are heard and
   * progress is reported only at the end of a level. 50,000 by default.
   */
  readonly soloStates?: number;
  readonly onProgress?: (progress: SearchProgress) => void;
  /**
   * Of the states that differ by a permutation of these elements, one is explored; by default all are. The properties
   * must not tell such states apart. Verdict, lengths and traces stay the same. The numbers of states and transitions
   * change, and so can the depth: if the start is not symmetric, one of such states may be nearer than the others.
   */
  readonly symmetries?: readonly Symmetry[];
  /** Keeps a file from which the search can go on after whatever ends it early. */
  readonly checkpoint?: CheckpointOptions;
  /** A checkpoint of this very search, to go on from. */
  readonly resumeFrom?: string;
  /** Says of a checkpoint whose it is, beyond the program and its properties. */
  readonly description?: SearchDescription;
  /** "exhausted" explores all that violating transitions do not cut off, and so finds each property's shortest trace. */
  readonly stopWhen?: "first-violation-level" | "exhausted";
  /** Stops at the end of the level by which all of these are violated. */
  readonly until?: readonly Violation["property"][];
}

/** By what is described: "kernel" -> "v6.4". */
export type SearchDescription = Readonly<Record<string, string>>;

export interface CheckpointOptions {
  readonly file: string;
  /** A level that ends this long after the last checkpoint brings another; where a bound ends the search, there is one too. */
  readonly everyMs: number;
  /** The search goes on without; the file is what it was before. */
  readonly onFailure: (error: Error) => void;
}

export interface SearchProgress {
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  /** States of the level that is being expanded. */
  readonly frontier: number;
  /** Of states and table. */
  readonly bytes: number;
  readonly seconds: number;
}

/** One step of a trace: a location of the program and a choice number. */
export interface Move {
  readonly location: LocationId;
  readonly choice: number;
}

export interface Violation {
  /** A position in the list of properties, or a value (or an index) that left its range. */
  readonly property: number | "range-error";
  /** From the initial state. The last move is the one that violates; a deadlock's last move leads into it. */
  readonly steps: readonly Move[];
}

/** How large a search was, and how it went. */
export interface Statistics {
  readonly states: number;
  /** Every enabled move of every expanded state, those that violate a property included. */
  readonly transitions: number;
  /** Moves to the deepest state stored. */
  readonly depth: number;
  readonly seconds: number;
  readonly statesPerSecond: number;
  readonly workers: number;
  readonly bitsPerState: number;
  /** Of states and table, as far as they are in use. */
  readonly bytesPerState: number;
  readonly store: StoreName;
  /** Upper bound on the probability that a state was missed; 0 for the exact store. */
  readonly omissionProbability: number;
  /** Of the table's bits, how many are set; undefined but for "bitstate". */
  readonly filled: number | undefined;
  /** Of the states that the store does not keep in memory. */
  readonly bytesOnDisk: number;
  /** Those that were used: symmetric states were counted once. */
  readonly symmetries: readonly Pick<Symmetry, "name" | "elements">[];
}

export interface SearchResult extends Statistics {
  /** Whether every state was expanded that can be reached without a violating move. Never so for "bitstate". */
  readonly complete: boolean;
  readonly bound: Bound | undefined;
  /** By location. */
  readonly transitionsOf: readonly number[];
  /** By property and check: whether its premise ever held. */
  readonly tested: readonly (readonly boolean[])[];
  /** At most one for each property, the shortest; in the order of properties, a range error last. */
  readonly violations: readonly Violation[];
}

/** A search failed by a fault of its own; nothing is known about the program. */
export class SearchFailure extends Error {
  override readonly name = "SearchFailure";
}

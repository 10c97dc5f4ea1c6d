/** What goes into a search and what comes out of it. */
import type { LocationId } from "../../ir/indices.ts";
import type { Program, Symmetry } from "../../ir/program.ts";
import type { Property } from "../../ir/property.ts";
import type { StoreName } from "../../memory/memory-plan.ts";
import type { Partition } from "../../memory/room.ts";

/** Why a search ended before the whole state space was explored. */
export type Bound = "depth" | "states" | "memory" | "disk" | "timeout" | "signal";

export interface SearchOptions {
  /** Threads; by default as many as the machine has. */
  readonly workers?: number;
  /** In transitions from the initial state. States at this depth are found, but not expanded. */
  readonly maxDepth?: number;
  /** Stops soon after this many states are stored. */
  readonly maxStates?: number;
  /** For states and table together; by default a quarter of the machine's memory, but not more than 4 GiB. */
  readonly memoryBytes?: number;
  /**
   * The largest WebAssembly memory. Further states are in further memories. By default 4 GiB, the most that is
   * possible.
   */
  readonly bytesPerMemory?: number;
  /** "exact" by default. */
  readonly store?: StoreName;
  /** The folder for the states of finished levels, if the store does not keep them. */
  readonly spillFolder?: string;
  /** 64 by default. With fewer, tests see what happens if states are confused. */
  readonly fingerprintBits?: number;
  /** By default the split is chosen from a sample of states. Tests see what happens if there is room for little. */
  readonly partition?: Partition;
  /** So many states are known to exist. Tables that grow begin with room for them. */
  readonly leastStates?: number;
  readonly timeoutMs?: number;
  /** Stops between two batches. The result is what was found so far. */
  readonly signal?: AbortSignal;
  /**
   * The main thread searches alone until a level ends with more states than this, so that a small search need not wait
   * for threads to start. While they start, it goes on to up to twenty times as many. Until then signals are handled and
   * progress is reported only at the end of a level. 50,000 by default.
   */
  readonly soloStates?: number;
  readonly onProgress?: (progress: SearchProgress) => void;
  /**
   * The search explores one of the states that differ by a permutation of these elements; by default all of them. The
   * properties must not tell such states apart. Verdict, lengths and traces stay the same. The numbers of states and
   * transitions change. The depth can change too: if the initial state is not symmetric, one of such states may be nearer
   * to it than the others.
   */
  readonly symmetries?: readonly Symmetry[];
  /** Keeps a file from which the search can go on if it ends early. */
  readonly checkpoint?: CheckpointOptions;
  /** A checkpoint of this very search, to go on from. */
  readonly resumeFrom?: string;
  /** Identifies the search of a checkpoint, in addition to the program and its properties. */
  readonly description?: SearchDescription;
  /**
   * "exhausted" explores every state that needs no violating transition, so it finds each property's shortest trace.
   */
  readonly stopWhen?: "first-violation-level" | "exhausted";
  /** Finds up to this many more shortest violations of each property; by default none. */
  readonly alternatives?: number;
  /** Stops at the end of the level by which all of these are violated. */
  readonly until?: readonly Violation["property"][];
}

/** The key says what is described: "kernel" -> "v6.4". */
export type SearchDescription = Readonly<Record<string, string>>;

export interface CheckpointOptions {
  readonly file: string;
  /**
   * Write a checkpoint at the end of a level this long after the last one. A limit that ends the search writes one too.
   */
  readonly everyMs: number;
  /** Called if a checkpoint cannot be written. The search goes on, and the file stays as it was. */
  readonly onFailure: (error: Error) => void;
}

export interface SearchProgress {
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  /** States of the level that is being expanded. */
  readonly frontier: number;
  /** Bytes of states and table. */
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
  /** From the initial state. The last move is the violating one, or the one that leads into a deadlock. */
  readonly steps: readonly Move[];
  /** For a run that never ends: from the end of `steps` back there. */
  readonly loop?: readonly Move[];
}

/** By side of the states: the left words and the right ones. */
export interface PartCounts {
  readonly left: number;
  readonly right: number;
}

/** How large a search was, and how it went. */
export interface Statistics {
  readonly states: number;
  /** Every enabled move of every expanded state, including moves that violate a property. */
  readonly transitions: number;
  /** Moves to the deepest state stored. */
  readonly depth: number;
  readonly seconds: number;
  readonly statesPerSecond: number;
  readonly workers: number;
  readonly bitsPerState: number;
  /** Bytes of states and table that are in use. */
  readonly bytesPerState: number;
  readonly store: StoreName;
  /** Upper bound on the probability that a state was missed; 0 for the exact store. */
  readonly omissionProbability: number;
  /** The fraction of the table's bits that are set; undefined except for "bitstate". */
  readonly filled: number | undefined;
  /**
   * How many different parts the states consist of; undefined except for "tree". Also counts parts of successors that
   * violate a property, which are not stored, if they were met in this run and not in one from which it was resumed.
   */
  readonly parts: PartCounts | undefined;
  /** Bytes of the states that the store does not keep in memory. */
  readonly bytesOnDisk: number;
  /** The symmetries that were used: symmetric states were counted once. */
  readonly symmetries: readonly Pick<Symmetry, "name" | "elements">[];
}

export interface SearchResult extends Statistics {
  /** Whether every state that can be reached without a violating move was expanded. Always false for "bitstate". */
  readonly complete: boolean;
  readonly bound: Bound | undefined;
  /** The memory that it had for states and table, used or not. */
  readonly memoryBytes: number;
  /** Where the search went on; undefined if it began at the initial state. */
  readonly resumedAt: LevelReached | undefined;
  /** The depth from which a search can go on with the last checkpoint; undefined if none was written. */
  readonly savedDepth: number | undefined;
  /** By location. */
  readonly transitionsOf: readonly number[];
  /** By property and check: whether the premise was ever true. */
  readonly tested: readonly (readonly boolean[])[];
  /** At most one for each property, the shortest; in the order of properties, a range error last. */
  readonly violations: readonly Violation[];
  /** More shortest violations of the same properties, if they were asked for. Each ends in another state. */
  readonly alternatives: readonly Violation[];
}

/** A level of a search, which a checkpoint keeps. */
export interface LevelReached {
  readonly depth: number;
  /** All states up to this level. */
  readonly states: number;
}

/**
 * Breadth-first search of a program's state space. Rejects with a UserError if the options cannot be met, and with a
 * SearchFailure if the search itself failed.
 */
export type Search = (
  program: Program,
  properties: readonly Property[],
  options?: SearchOptions,
) => Promise<SearchResult>;

/** The search itself failed. Nothing is known about the program. */
export class SearchFailure extends Error {
  override readonly name = "SearchFailure";
}

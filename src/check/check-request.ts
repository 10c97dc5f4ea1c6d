/** The request for a check, in the checker's own terms. The command line makes one from its options. */
import type {
  Bound,
  LevelReached,
  Search,
  SearchOptions,
  SearchProgress,
  SearchResult,
} from "../checker/contract/search-types.ts";
import type { ModelBuilder } from "../model/model-builder.ts";
import type { KernelVersion } from "../model/versions/rows.ts";
import type { PropertyDefinition } from "../properties/definition.ts";
import type { Expectation, Remarks } from "../reporters/report.ts";
import type { ExpectedCounts, FeatureChanges, Spec } from "../spec/spec.ts";
import type { Trace } from "../trace/format.ts";

/** A scenario under one kernel, and the question about it. */
export interface CheckTarget {
  readonly spec: Spec;
  readonly kernel: KernelVersion;
  /** Changes to the kernel's own features: those of the scenario's file and those of the caller together. */
  readonly features: FeatureChanges;
  /** Some of the scenario's, or all. */
  readonly properties: readonly PropertyDefinition[];
}

/** Limits that end a search before it is exhausted. Times are in milliseconds. */
export type SearchLimits = Pick<SearchOptions, "workers" | "maxDepth" | "maxStates" | "memoryBytes" | "timeoutMs">;

/** What stopped a search, how far it was, and how much memory it had. */
export interface Stopped extends LevelReached, Pick<SearchResult, "memoryBytes"> {
  readonly bound: Bound;
}

export interface CheckRequest extends CheckTarget, Remarks {
  /** Undefined if the scenario expects nothing for this very question. */
  readonly expected: Expectation | undefined;
  /** How large a search with symmetry is expected to be; empty if nothing is expected. */
  readonly counts: ExpectedCounts;
  /** If a limit of depth or states is left out, the scenario's own limit counts. */
  readonly limits: SearchLimits;
  readonly store: Pick<SearchOptions, "store" | "spillFolder">;
  /** "compare" searches with symmetry and without, and fails if the two contradict each other. */
  readonly symmetry: "reduce" | "off" | "compare";
  /** Whether to go on after a violation. A check that expects violations always does. */
  readonly findsAll: boolean;
  /** How many different shortest counterexamples of each property to keep. */
  readonly traces: number;
  /** Whether to keep a trace to each state that must be reachable and is reached. */
  readonly witnesses: boolean;
  readonly checkpoint: Pick<SearchOptions, "checkpoint" | "resumeFrom">;
  /** The command that goes on from the checkpoint. */
  readonly resumeCommand: (stopped: Stopped) => string;
}

/** What a check needs from its environment. A process provides files and signals; a browser provides other means. */
export interface CheckHost extends Pick<ModelBuilder, "buildModel">, TraceKeeper {
  /** The checker, as it runs in this environment (search.ts, or search-with.ts). */
  readonly search: Search;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: SearchProgress) => void;
}

export interface TraceKeeper {
  /** The version of exclusive-check, which stands in traces and checkpoints. */
  readonly version: string;
  /**
   * Keeps a trace and gives the path of its file; undefined if it could not be written. `number`: which one of several
   * traces of the same property, from 1; 1 if left out.
   */
  readonly keepTrace: (trace: Trace, number?: number) => string | undefined;
}

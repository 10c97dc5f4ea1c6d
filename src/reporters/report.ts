/** The results of a run, in one form for all reporters. */
import type { Bound, LevelReached, Statistics } from "../checker/contract/search-types.ts";
import type { Symmetry } from "../ir/program.ts";
import type { ShardRecord } from "../shards/shard.ts";
import type { FeatureChanges, Trace } from "../trace/format.ts";

export type Verdict = "holds" | "violated" | "incomplete";

/** The verdict that the scenario expects for a kernel. */
export type Expectation = "holds" | { readonly violates: readonly string[] };

/**
 * How the verdict compares with the expectation. `undecided`: a limit was reached, and nothing found so far contradicts
 * the expectation. `model-error`: a value left its range, so no verdict can be trusted.
 */
export type Outcome = "as-expected" | "differs" | "undecided" | "model-error";

/** A scenario under one kernel, before its search begins. */
export interface CheckStart {
  readonly spec: string;
  /** The scenario's file, as the user named it. */
  readonly file: string;
  readonly kernel: string;
  readonly features: FeatureChanges;
}

/** Line and column, both from 1. */
export interface SourcePosition {
  readonly line: number;
  readonly column: number;
}

/** A scenario under one kernel. */
export interface CheckResult extends CheckStart, Remarks {
  /** Where something stands in the scenario's file, by the keys that lead there. */
  readonly locate: (path: readonly (string | number)[]) => SourcePosition;
  readonly verdict: Verdict;
  /** Undefined if the scenario expects nothing, or if options ask a different question. */
  readonly expected: Expectation | undefined;
  readonly outcome: Outcome;
  /** Counts that the scenario expects and that are others. */
  readonly drifts: readonly Drift[];
  readonly statistics: Statistics;
  /** Empty where no symmetry was to be used. */
  readonly symmetriesLeftOut: readonly SymmetryLeftOut[];
  /** What stopped the search, if it did not explore everything. */
  readonly bound: Bound | undefined;
  /** Undefined if nothing stopped the search, or if there is no checkpoint. */
  readonly continuation: Continuation | undefined;
  /** The level of the checkpoint from which the search went on; undefined if it began at the initial state. */
  readonly resumedAt: LevelReached | undefined;
  /** What to try if the search did not end: sentences without a full stop, the most useful first. */
  readonly advice: readonly string[];
  /** Whether the search explored everything that can be reached without a violating step. */
  readonly complete: boolean;
  /** The shortest trace for each violated property. */
  readonly violations: readonly FoundTrace[];
  /** More shortest traces of the same properties, if more than one of each was asked for. */
  readonly alternatives: readonly FoundTrace[];
  /** How many traces of each violated property were asked for. */
  readonly tracesAsked: number;
  /** For each `sometimes` condition that was met, if witnesses were asked for. */
  readonly witnesses: readonly Witness[];
  readonly rangeError: FoundRangeError | undefined;
  readonly unreached: readonly UnreachedStep[];
  readonly vacuous: readonly Vacuous[];
  /** The names of states that must be reachable and were reached only by steps that violate a property. */
  readonly reachedBeyond: readonly string[];
  /** Assertions of the model that failed, but whose property was not checked. */
  readonly passedAssertions: readonly PassedAssertion[];
}

/** How a search that a limit or a signal stopped can go on. */
export interface Continuation {
  /** The file of the checkpoint. */
  readonly checkpoint: string;
  /** The depth from which the search goes on. */
  readonly depth: number;
  /** The command that goes on, with a higher limit if a limit stopped the search. */
  readonly command: string;
}

/** What a caller says of its question, beside the result. */
export interface Remarks {
  /** Which row of the model stands for a kernel, which features change nothing. */
  readonly notes: readonly string[];
  /** The command that reproduces this result. */
  readonly reproduce: string;
}

export interface PassedAssertion {
  readonly property: string;
  readonly message: string;
}

export interface Drift {
  readonly count: "states" | "depth";
  readonly expected: number;
  readonly found: number;
}

/** An expression that might distinguish the elements of a symmetry, and its owner; or an edit, as one line. */
export interface Distinguishing {
  readonly kind: "property" | "sometimes" | "edit";
  readonly name: string;
  readonly expr: string;
}

/** A symmetry that the search did not use, because the answer could depend on which element is which. */
export interface SymmetryLeftOut extends Pick<Symmetry, "name" | "elements"> {
  readonly because: readonly Distinguishing[];
}

export interface FoundTrace {
  readonly property: string;
  /** The number of its steps. */
  readonly length: number;
  /** For a run that never ends: the first step of its loop, counted from 1. The loop ends with the last step. */
  readonly repeats: number | undefined;
  /** The trace's file; undefined if it could not be written. */
  readonly path: string | undefined;
  /** Undefined if a report names the trace, but its file is not at hand. */
  readonly trace: Trace | undefined;
}

export interface KeptTrace extends FoundTrace {
  readonly trace: Trace;
}

/** A trace to a value outside its range, with the message of that error. */
export interface FoundRangeError extends FoundTrace {
  readonly message: string;
}

export function keptTrace(trace: Trace, path: string | undefined): KeptTrace {
  const { property, steps, violation } = trace;
  return { property, length: steps.length, repeats: violation.repeats, path, trace };
}

export function hasTrace(found: FoundTrace): found is KeptTrace {
  return found.trace !== undefined;
}

/** The shortest path to a state that satisfies a `sometimes` condition. */
export interface Witness {
  readonly condition: string;
  /** Undefined if the search for it ended too early: at a bound, or because the bitstate filter missed a state. */
  readonly found: FoundTrace | undefined;
  readonly bound: Bound | undefined;
}

/** For people. */
export function placeOf({ path }: Pick<FoundTrace, "path">): string {
  return path ?? "its trace could not be written";
}

/** The counterexamples of a result. */
export function tracesIn({ violations, rangeError }: CheckResult): readonly FoundTrace[] {
  return rangeError === undefined ? violations : [...violations, rangeError];
}

/** All counterexamples, and witnesses. */
export function allTracesIn(result: CheckResult): readonly FoundTrace[] {
  const { alternatives, witnesses } = result;
  return [...tracesIn(result), ...alternatives, ...witnesses.flatMap(({ found }) => found ?? [])];
}

/** A step that no interleaving reached, at none of the calls of its procedure. */
export interface UnreachedStep {
  readonly procedure: string;
  readonly label: string;
}

/** A property that was never tested, or a `sometimes` condition that was never true. */
export interface Vacuous {
  readonly kind: "property" | "sometimes";
  readonly name: string;
}

export interface Report {
  /** The version of exclusive-check. */
  readonly version: string;
  readonly results: readonly CheckResult[];
  /** If the results are those of one shard. */
  readonly shard?: ShardRecord | undefined;
}

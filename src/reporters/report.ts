/** What a run found, for every reporter alike. */
import type { Bound, Statistics } from "../checker/contract/search-types.ts";
import type { Symmetry } from "../ir/program.ts";
import type { FeatureChanges, Trace } from "../trace/format.ts";

export type Verdict = "holds" | "violated" | "incomplete";

/** What the scenario says of a kernel. */
export type Expectation = "holds" | { readonly violates: readonly string[] };

/**
 * How the verdict stands to what was expected. `undecided`: a bound was reached, and nothing found so far speaks against
 * the expectation. `model-error`: a value left its range, so that no verdict can be trusted.
 */
export type Outcome = "as-expected" | "differs" | "undecided" | "model-error";

/** A scenario under one kernel, which is about to be searched. */
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
  /** Undefined where the scenario says nothing, or something else than the file was asked for. */
  readonly expected: Expectation | undefined;
  readonly outcome: Outcome;
  /** Counts that the scenario expects and that are others. */
  readonly drifts: readonly Drift[];
  readonly statistics: Statistics;
  /** Empty where no symmetry was to be used. */
  readonly symmetriesLeftOut: readonly SymmetryLeftOut[];
  /** What stopped the search, where it did not explore everything. */
  readonly bound: Bound | undefined;
  /** Whether the search explored everything that violating steps do not cut off. */
  readonly complete: boolean;
  /** The shortest of each violated property. */
  readonly violations: readonly FoundTrace[];
  readonly rangeError: FoundTrace | undefined;
  readonly unreached: readonly UnreachedStep[];
  readonly vacuous: readonly Vacuous[];
  /** States that must be reachable, and are so only by steps that violate a property: their names. */
  readonly reachedBeyond: readonly string[];
  /** What the model asserts, was false, and belongs to a property that was not checked. */
  readonly passedAssertions: readonly PassedAssertion[];
}

/** What a caller says of its question, beside the result. */
export interface Remarks {
  /** Which row of the model stands for a kernel, which features change nothing. */
  readonly notes: readonly string[];
  /** The command that gives this result again. */
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

/** An expression that might tell the elements of a symmetry apart, and what it belongs to. */
export interface Distinguishing {
  readonly kind: "property" | "sometimes";
  readonly name: string;
  readonly expr: string;
}

/** A symmetry that a search did not use, since its answer could depend on which element is which. */
export interface SymmetryLeftOut extends Pick<Symmetry, "name" | "elements"> {
  readonly because: readonly Distinguishing[];
}

export interface FoundTrace {
  readonly trace: Trace;
  /** The file that it was written to; undefined where that failed. */
  readonly path: string | undefined;
}

/** For people. */
export function placeOf({ path }: Pick<FoundTrace, "path">): string {
  return path ?? "its trace could not be written";
}

/** Everything that a result has a trace of. */
export function tracesIn({ violations, rangeError }: CheckResult): readonly FoundTrace[] {
  return rangeError === undefined ? violations : [...violations, rangeError];
}

/** A step that no interleaving reached, in none of the places that the procedure was called from. */
export interface UnreachedStep {
  readonly procedure: string;
  readonly label: string;
}

/** A property that nothing put to the test, or a `sometimes` condition that no state met. */
export interface Vacuous {
  readonly kind: "property" | "sometimes";
  readonly name: string;
}

export interface Report {
  /** Of exclusive-check. */
  readonly version: string;
  readonly results: readonly CheckResult[];
}

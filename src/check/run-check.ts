/** One scenario under one kernel, from the model to the result with its traces written. */

import type { SearchOptions, SearchProgress } from "../checker/contract/search-types.ts";
import { search } from "../checker/search.ts";
import type { CheckOptions } from "../cli/options/check-options.ts";
import type { Outputs } from "../cli/output/outputs.ts";
import type { ModelBuilder } from "../model/model-builder.ts";
import type { KernelVersion } from "../model/versions/rows.ts";
import type { CheckResult, CheckStart, Expectation, SymmetryLeftOut } from "../reporters/report.ts";
import type { ExpectedCounts, FeatureChanges, Spec } from "../spec/spec.ts";
import { rangeProperty } from "../trace/format.ts";
import { chooseProperties } from "./choose-properties.ts";
import { passedAssertions, uncheckedAssertions, unreachedSteps, vacuousNames } from "./coverage.ts";
import { driftsOf, outcomeOf, verdictOf } from "./judge.ts";
import { checkpointOptions } from "./keep-checkpoint.ts";
import { paranoidSearch } from "./paranoid-search.ts";
import { type Prepared, prepareInTurns } from "./prepare.ts";
import { reachedBeyond } from "./reached-beyond.ts";
import { reproduceCommand } from "./reproduce.ts";
import type { LeftOut } from "./sort-symmetries.ts";
import { writeTraces } from "./write-traces.ts";

/** What is to be checked. */
export interface Check {
  readonly spec: Spec;
  readonly kernel: KernelVersion;
  readonly features: FeatureChanges;
  /** Those of the scenario's file, without those of the command line. */
  readonly own: FeatureChanges;
  /** What there is to say of what was asked for. */
  readonly notes: readonly string[];
  readonly expected: Expectation | undefined;
  readonly counts: ExpectedCounts;
}

export interface CheckSurroundings extends Pick<ModelBuilder, "buildModel"> {
  /** The tool's version. */
  readonly version: string;
  readonly options: CheckOptions;
  readonly outputs: Outputs;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: SearchProgress) => void;
  /** Something that the search goes on without. */
  readonly onWarning: (message: string) => void;
}

export async function runCheck(check: Check, surroundings: CheckSurroundings): Promise<CheckResult> {
  const { spec, kernel, expected, counts } = check;
  const { options } = surroundings;
  const prepared = await prepareCheck(check, surroundings);
  const properties = prepared.properties.map(({ property }) => property);
  const unchecked = uncheckedAssertions(prepared.program, properties);
  const searched = [...properties, ...prepared.sometimes, ...unchecked];
  const searchBy = options.paranoid === true ? paranoidSearch : search;
  const searching = searchOptions(check, prepared, surroundings);
  const found = await searchBy(prepared.program, searched, searching);

  const traces = writeTraces(check, prepared, found.violations, surroundings);
  const rangeError = traces.find(({ trace }) => trace.property === rangeProperty.name);
  const violations = traces.filter((trace) => trace !== rangeError);
  const untested = vacuousNames(prepared.program, properties, prepared.sometimes, found);
  const isMissed = (name: string) => untested.some((one) => one.kind === "sometimes" && one.name === name);
  const missed = prepared.sometimes.filter(({ name }) => isMissed(name));
  const beyond = await reachedBeyond(prepared.program, missed, found, searching);
  const vacuous = untested.filter(({ kind, name }) => kind !== "sometimes" || !beyond.includes(name));
  const findings = {
    violated: violations.map(({ trace }) => trace.property),
    complete: found.complete,
    rangeError: rangeError !== undefined,
    missed: vacuous.some(({ kind }) => kind === "sometimes"),
    drifts: driftsOf(counts, found),
  };
  return {
    ...startOf(check),
    locate: spec.locate,
    verdict: verdictOf(findings),
    expected,
    outcome: outcomeOf(findings, expected),
    drifts: findings.drifts,
    statistics: found,
    symmetriesLeftOut: options.symmetry === false ? [] : prepared.leftOut.map(describeLeftOut),
    bound: found.bound,
    complete: found.complete,
    violations,
    rangeError,
    unreached: unreachedSteps(prepared.program, found),
    vacuous,
    reachedBeyond: beyond,
    passedAssertions: passedAssertions(unchecked, searched.length - unchecked.length, found),
    notes: check.notes,
    reproduce: reproduceCommand(spec.file, kernel, options),
  };
}

function describeLeftOut({ symmetry: { name, elements }, because }: LeftOut): SymmetryLeftOut {
  return { name, elements, because };
}

export function startOf({ spec, kernel, features }: Check): CheckStart {
  return { spec: spec.name, file: spec.file, kernel, features };
}

/** Everything that can be wrong with a check before it runs comes out here, as a UserError. */
export async function prepareCheck(
  { spec, kernel, features }: Check,
  { options, buildModel }: Pick<CheckSurroundings, "options" | "buildModel">,
): Promise<Prepared> {
  const chosen = chooseProperties(spec.properties, options.property);
  return prepareInTurns({ buildModel }, spec, kernel, features, chosen);
}

function searchOptions(check: Check, { symmetries }: Prepared, surroundings: CheckSurroundings): SearchOptions {
  const { spec, expected } = check;
  const { options, signal, onProgress } = surroundings;
  const maxDepth = options.depth ?? spec.search.depth;
  const maxStates = options.maxStates ?? spec.search.maxStates;
  // Where violations are expected, only an exhausted search says whether they are the right ones.
  const exhausts = options.allViolations === true || (expected !== undefined && expected !== "holds");
  return {
    signal,
    onProgress,
    symmetries: options.symmetry === false ? [] : symmetries,
    stopWhen: exhausts ? "exhausted" : "first-violation-level",
    ...(options.workers === undefined ? {} : { workers: options.workers }),
    ...(maxDepth === undefined ? {} : { maxDepth }),
    ...(maxStates === undefined ? {} : { maxStates }),
    ...(options.memory === undefined ? {} : { memoryBytes: options.memory }),
    ...(options.store === undefined ? {} : { store: options.store }),
    ...(options.spillDir === undefined ? {} : { spillFolder: options.spillDir }),
    ...(options.timeout === undefined ? {} : { timeoutMs: options.timeout }),
    ...checkpointOptions(check, surroundings),
  };
}

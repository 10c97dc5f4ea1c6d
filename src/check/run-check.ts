/** One scenario under one kernel, from the model to the result with its traces kept. */
import type { SearchResult } from "../checker/contract/search-types.ts";
import { printEdit } from "../edits/edit.ts";
import type { CheckResult, CheckStart, Continuation } from "../reporters/report.ts";
import type { PlacedEdit } from "../spec/spec.ts";
import { conditionOf, rangeProperty } from "../trace/format.ts";
import type { CheckHost, CheckRequest, CheckTarget } from "./check-request.ts";
import { passedAssertions, unreachedSteps, vacuousNames } from "./coverage.ts";
import { keepDifferent } from "./different-traces.ts";
import { driftsOf, outcomeOf, verdictOf } from "./judge.ts";
import { keepTraces } from "./keep-traces.ts";
import { reachedBeyond } from "./reached-beyond.ts";
import { type SearchCheck, searchAnew } from "./search-check.ts";
import { adviceFor } from "./smaller.ts";
import { findWitnesses } from "./witnesses.ts";
import { writtenChanges } from "./written-changes.ts";

/**
 * Builds the model, searches it, keeps a trace of each violated property, and compares the result with the expectation.
 * Throws a UserError if a text of the scenario does not fit the model, and a SearchFailure if the search itself failed.
 * Rejects with the signal's reason if the signal is aborted while the model is built. A signal during the search ends the
 * search early.
 */
export async function runCheck(
  request: CheckRequest,
  host: CheckHost,
  searchCheck: SearchCheck = searchAnew,
): Promise<CheckResult> {
  const { spec, expected, symmetry, reproduce } = request;
  const { kernel, prepared, unchecked, searched, searching, found } = await searchCheck(request, host);
  const properties = prepared.properties.map(({ property }) => property);
  const shared =
    kernel === request.kernel ? [] : [`on ${request.kernel} the program is that of ${kernel}, and was searched there`];

  const traces = keepTraces(request, prepared, found.violations, host);
  const rangeError = traces.find(({ property }) => property === rangeProperty.name);
  const violations = traces.filter((trace) => trace !== rangeError);
  const alternatives = keepDifferent(request, prepared, violations, found, host);
  const untested = vacuousNames(prepared.program, properties, prepared.sometimes, found);
  const isMissed = (name: string) => untested.some((one) => one.kind === "sometimes" && one.name === name);
  const missed = prepared.sometimes.filter(({ name }) => isMissed(name));
  const beyond = await reachedBeyond(host.search, prepared.program, missed, found, searching);
  const met = request.witnesses
    ? prepared.conditions.filter(({ property }) => !isMissed(conditionOf(property.name)))
    : [];
  const witnesses = await findWitnesses(request, prepared, met, searching, host);
  const vacuous = untested.filter(({ kind, name }) => kind !== "sometimes" || !beyond.includes(name));
  const findings = {
    violated: violations.map(({ property }) => property),
    complete: found.complete,
    rangeError: rangeError !== undefined,
    missed: vacuous.some(({ kind }) => kind === "sometimes"),
    drifts: symmetry === "off" ? [] : driftsOf(request.counts, found),
  };
  return {
    ...startOf(request),
    locate: spec.locate,
    verdict: verdictOf(findings),
    expected,
    outcome: outcomeOf(findings, expected),
    drifts: findings.drifts,
    statistics: found,
    symmetriesLeftOut: symmetry === "off" ? [] : prepared.leftOut,
    bound: found.bound,
    continuation: continuationOf(request, found),
    resumedAt: found.resumedAt,
    advice: adviceFor(spec.scenario, prepared.program, found),
    complete: found.complete,
    violations,
    alternatives,
    tracesAsked: request.traces,
    witnesses,
    rangeError: rangeError && { ...rangeError, message: rangeError.trace.violation.message },
    unreached: unreachedSteps(prepared.program, found),
    vacuous,
    reachedBeyond: beyond,
    passedAssertions: passedAssertions(unchecked, searched.length - unchecked.length, found),
    notes: [...request.notes, ...shared, ...prepared.idleEdits.map(idleNote)],
    reproduce,
  };
}

function continuationOf(
  { checkpoint: { checkpoint }, resumeCommand }: CheckRequest,
  { bound, savedDepth, depth, states, memoryBytes }: SearchResult,
): Continuation | undefined {
  if (bound === undefined || checkpoint === undefined || savedDepth === undefined) return undefined;
  return {
    checkpoint: checkpoint.file,
    depth: savedDepth,
    command: resumeCommand({ bound, depth, states, memoryBytes }),
  };
}

/** For an edit of the scenario's own. */
function idleNote({ edit }: PlacedEdit): string {
  return `the edit "${printEdit(edit)}" changes nothing: on this kernel, no actor of this scenario takes a step that it changes`;
}

/** How reports name a check. */
export function startOf({ spec, kernel, features }: CheckTarget): CheckStart {
  return { spec: spec.name, file: spec.file, kernel, features: writtenChanges(features) };
}

/** Runs planned checks one after the other, and says what there is to say of their options. */
import type { CheckTarget } from "../../check/check-request.ts";
import { type IdleFeature, withoutIdleFeatures } from "../../check/idle-features.ts";
import { rejectMissingFeatures } from "../../check/missing-features.ts";
import { rejectBadTexts } from "../../check/prepare.ts";
import { hasCome } from "../../check/stopping.ts";
import type { ModelBuilder } from "../../model/model-builder.ts";
import type { CheckResult } from "../../reporters/report.ts";
import type { FeatureChanges, Spec } from "../../spec/spec.ts";
import { idleNote, idleSummary, type PlannedCheck, withoutIdle } from "../options/plan-checks.ts";

type Builder = Pick<ModelBuilder, "buildModel" | "recordScenario">;

export interface Running {
  /** The changes of the options, with their edits read. */
  readonly asked: FeatureChanges;
  readonly builder: Builder;
  readonly signal: AbortSignal;
  /** Undefined if the signal came before the search. */
  readonly run: (check: PlannedCheck) => Promise<CheckResult | undefined>;
  /** Receives a line about the options of the only check, before it runs. */
  readonly warn: (line: string) => void;
}

export interface Ran {
  /** Of the checks that ran before the signal came. */
  readonly results: readonly CheckResult[];
  /** Lines about the options of several checks. */
  readonly warnings: readonly string[];
}

export async function runChecks(
  checks: readonly PlannedCheck[],
  { asked, builder, signal, run, warn }: Running,
): Promise<Ran> {
  const results: CheckResult[] = [];
  const idle: IdleFeature[] = [];
  for (const planned of checks) {
    if (await hasCome(signal)) break;
    const { features, idle: found } = await withoutIdleFeatures(planned.target, planned.own, asked, builder);
    if (checks.length === 1) for (const feature of found) warn(`warning: ${idleNote(feature)}`);
    idle.push(...found);
    const result = await run(withoutIdle(planned, features, found));
    if (result === undefined) break;
    results.push(result);
  }
  return { results, warnings: checks.length > 1 ? idleSummary(idle, results.length) : [] };
}

/**
 * Throws a UserError for a mistake in the scenarios' own expressions, and for a kernel that lacks what a scenario uses:
 * before the first search, not between two.
 */
export async function rejectMistakes(
  checks: readonly PlannedCheck[],
  builder: Pick<ModelBuilder, "buildModel" | "nameModel">,
  signal: AbortSignal,
): Promise<void> {
  const targets: readonly CheckTarget[] = checks.map(({ target }) => target);
  for (const { spec, kernel, features } of targets) rejectMissingFeatures(spec, kernel, features);
  const specs = new Set(targets.map(({ spec }) => spec).filter(hasOwnTexts));
  for (const spec of specs) {
    if (await hasCome(signal)) return;
    const first = targets.find((target) => target.spec === spec);
    if (first !== undefined) await rejectBadTexts(first, builder);
  }
}

function hasOwnTexts({ propertyPaths, sometimes }: Spec): boolean {
  return propertyPaths.size + sometimes.length > 0;
}

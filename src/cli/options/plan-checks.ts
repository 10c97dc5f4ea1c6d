/** Scenarios and options -> the checks to run. */

import type { CheckRequest, CheckTarget } from "../../check/check-request.ts";
import { changedFeatures, runsUnder } from "../../check/feature-changes.ts";
import type { IdleFeature } from "../../check/idle-features.ts";
import { usageError } from "../../diagnostics/usage-error.ts";
import type { Expectation } from "../../reporters/report.ts";
import type { ExpectedCounts, FeatureChanges, KernelRun, Spec } from "../../spec/spec.ts";
import { didYouMean } from "../../text/did-you-mean.ts";
import type { CheckOptions } from "./check-options.ts";
import { chooseProperties, nameIn } from "./choose-properties.ts";
import type { LeavesOut } from "./left-out.ts";
import { reproduceCommand, resumeCommand } from "./reproduce.ts";

/** The options that say what is checked. */
export type ChoiceOptions = Pick<CheckOptions, "kernel" | "with" | "without" | "edit" | "property">;

/** What is to be checked, before features that change nothing are left out of it. */
export interface PlannedCheck {
  readonly target: CheckTarget;
  /** The feature changes of the scenario's file, without those of the options. */
  readonly own: FeatureChanges;
  readonly expected: Expectation | undefined;
  readonly counts: ExpectedCounts;
  /** What there is to say of the kernels that were asked for. */
  readonly notes: readonly string[];
}

/**
 * Throws a UserError if the options contradict each other or do not fit the scenarios. `asked`: the changes of the options.
 * `isLeftOut`: the scenarios that are not checked under a kernel although the options ask for it.
 */
export function planChecks(
  given: readonly Spec[],
  options: ChoiceOptions,
  asked: FeatureChanges,
  isLeftOut: LeavesOut = () => false,
): readonly PlannedCheck[] {
  rejectContradictions(asked);
  const kernels = options.kernel?.map(({ kernel }) => kernel);
  const specs = given.filter((spec) => kernels?.every((kernel) => isLeftOut(spec, kernel)) !== true);
  rejectSameNames(specs);
  rejectUnknownProperties(specs, options.property ?? []);
  return specs.flatMap((spec) => {
    const properties = chooseProperties(spec.properties, options.property);
    const wanted = kernels?.filter((kernel) => !isLeftOut(spec, kernel));
    return runsUnder(spec, wanted).map((run): PlannedCheck => {
      const { kernel } = run;
      return {
        target: { spec, kernel, features: changedFeatures(run, asked), properties },
        own: { with: run.with, without: run.without, edits: run.edits ?? [] },
        notes: (options.kernel ?? []).flatMap((choice) =>
          choice.kernel === kernel && choice.note !== undefined ? [choice.note] : [],
        ),
        expected: asksAsTheFileDoes(options) ? expectationOf(run) : undefined,
        counts: asksAsTheFileDoes(options) ? run.counts : {},
      };
    });
  });
}

/** The options of a check in the checker's own terms. */
export function checkRequest(
  { target, expected, counts, notes }: PlannedCheck,
  options: CheckOptions,
  checkpoint: CheckRequest["checkpoint"],
): CheckRequest {
  const { workers, depth, maxStates, memory, timeout, store, spillDir } = options;
  return {
    ...target,
    expected,
    counts,
    limits: {
      ...(workers === undefined ? {} : { workers }),
      ...(depth === undefined ? {} : { maxDepth: depth }),
      ...(maxStates === undefined ? {} : { maxStates }),
      ...(memory === undefined ? {} : { memoryBytes: memory.value }),
      ...(timeout === undefined ? {} : { timeoutMs: timeout.value }),
    },
    store: {
      ...(store === undefined ? {} : { store }),
      ...(spillDir === undefined ? {} : { spillFolder: spillDir }),
    },
    symmetry: options.symmetry === false ? "off" : options.paranoid === true ? "compare" : "reduce",
    findsAll: options.allViolations === true,
    traces: options.traces ?? 1,
    witnesses: options.witness === true,
    checkpoint,
    notes,
    reproduce: reproduceCommand(target.spec.file, target.kernel, options),
    resumeCommand: (stopped) => resumeCommand(target.spec.file, target.kernel, options, stopped),
  };
}

/** The check without the features of the options that change nothing in it. */
export function withoutIdle(
  planned: PlannedCheck,
  features: FeatureChanges,
  idle: readonly IdleFeature[],
): PlannedCheck {
  const notes = [...planned.notes, ...idle.map(idleNote)];
  return { ...planned, target: { ...planned.target, features }, notes };
}

/** `--without zap-flushes-tlb` */
function optionOf({ side, name }: IdleFeature): string {
  return side === "edit" ? `--edit '${name}'` : `--${side} ${name}`;
}

export function idleNote(feature: IdleFeature): string {
  return `${optionOf(feature)} changes nothing: ${feature.why}`;
}

/** A line for each option that changed nothing in some of the checks, by how many: one each would be a wall of text. */
export function idleSummary(idle: readonly IdleFeature[], checks: number): readonly string[] {
  const options = idle.map(optionOf);
  return [...new Set(options)].map((option) => {
    const times = options.filter((other) => other === option).length;
    const where = times === checks ? `in any of the ${checks} checks` : `in ${times} of the ${checks} checks`;
    return `warning: ${option} changes nothing ${where}`;
  });
}

/** The file's verdicts speak of the file as it stands: of its features, and of all its properties together. */
function asksAsTheFileDoes({ with: on = [], without: off = [], edit = [], property = [] }: ChoiceOptions): boolean {
  return on.length + off.length + edit.length + property.length === 0;
}

function expectationOf({ expected }: KernelRun): Expectation | undefined {
  if (expected === undefined) return undefined;
  return expected.verdict === "holds" ? "holds" : { violates: expected.properties };
}

function rejectContradictions({ with: on, without: off }: FeatureChanges): void {
  const both = on.find((feature) => off.includes(feature));
  if (both !== undefined) throw usageError(`--with ${both} and --without ${both} contradict each other`);
}

/** Throws a UserError, because traces are named after their scenario. */
export function rejectSameNames(specs: readonly Spec[]): void {
  for (const [position, spec] of specs.entries()) {
    const other = specs.slice(0, position).find(({ name }) => name === spec.name);
    if (other !== undefined)
      throw usageError(
        `${other.file} and ${spec.file} are both named ${spec.name}`,
        "their traces would overwrite each other",
      );
  }
}

function rejectUnknownProperties(specs: readonly Spec[], chosen: readonly string[]): void {
  for (const spec of specs) {
    const names = spec.properties.map(({ name }) => name);
    const unknown = chosen.find((choice) => !names.includes(nameIn(choice)));
    if (unknown === undefined) {
      if (chooseProperties(spec.properties, chosen).length === 0)
        throw usageError(`--property leaves out everything that ${spec.file} checks`);
      continue;
    }
    const meant = didYouMean(nameIn(unknown), names);
    const hint = meant === undefined ? `it checks ${names.join(", ")}` : `did you mean ${meant}?`;
    throw usageError(`--property ${unknown}: ${spec.file} does not check such a property`, hint);
  }
}

/** The command line's specs and options -> the checks to run. */

import type { CheckOptions } from "../cli/options/check-options.ts";
import type { KernelChoice } from "../cli/options/option-values.ts";
import { usageError } from "../diagnostics/usage-error.ts";
import type { FeatureName } from "../model/features/catalogue.ts";
import type { KernelVersion } from "../model/versions/rows.ts";
import type { Expectation } from "../reporters/report.ts";
import type { FeatureChanges, KernelRun, Spec } from "../spec/spec.ts";
import { didYouMean } from "../text/did-you-mean.ts";
import { chooseProperties, nameIn } from "./choose-properties.ts";
import type { Check } from "./run-check.ts";

export function planChecks(specs: readonly Spec[], options: CheckOptions): readonly Check[] {
  rejectContradictions(options);
  rejectSameNames(specs);
  rejectUnknownProperties(specs, options.property ?? []);
  return specs.flatMap((spec) =>
    runsOf(spec, options.kernel).map(
      (run): Check => ({
        spec,
        kernel: run.kernel,
        features: changedFeatures(run, options),
        own: { with: run.with, without: run.without },
        notes: notesFor(run.kernel, options),
        expected: asksAsTheFileDoes(options) ? expectationOf(run) : undefined,
        counts: asksAsTheFileDoes(options) && countsByDefault(options) ? run.counts : {},
      }),
    ),
  );
}

/** What there is to say of the kernels that were asked for, each once. */
function notesFor(kernel: KernelVersion, { kernel: asked = [] }: CheckOptions): readonly string[] {
  return asked.flatMap((choice) => (choice.kernel === kernel && choice.note !== undefined ? [choice.note] : []));
}

function runsOf(spec: Spec, asked: readonly KernelChoice[] | undefined): readonly KernelRun[] {
  if (asked === undefined) return spec.kernels;
  return [...new Set(asked.map(({ kernel }) => kernel))].map(
    (kernel) =>
      spec.kernels.find((run) => run.kernel === kernel) ?? {
        kernel,
        expected: undefined,
        counts: {},
        with: spec.with,
        without: spec.without,
      },
  );
}

/** The file's verdicts speak of the file as it stands: of its features, and of all its properties together. */
function asksAsTheFileDoes({ with: on = [], without: off = [], property = [] }: CheckOptions): boolean {
  return on.length + off.length + property.length === 0;
}

/** Whether a whole search has the counts that a scenario can expect. Of bits in a table nobody knows how many were missed. */
function countsByDefault({ symmetry = true, store }: CheckOptions): boolean {
  return symmetry && store !== "bitstate";
}

function expectationOf({ expected }: KernelRun): Expectation | undefined {
  if (expected === undefined) return undefined;
  return expected.verdict === "holds" ? "holds" : { violates: expected.properties };
}

/** What the command line says of a feature wins over what the file says. */
export function changedFeatures(
  file: FeatureChanges,
  { with: on = [], without: off = [] }: Pick<CheckOptions, "with" | "without">,
): FeatureChanges {
  const merge = (
    own: readonly FeatureName[],
    added: readonly FeatureName[],
    removed: readonly FeatureName[],
  ): readonly FeatureName[] => [...new Set([...own.filter((feature) => !removed.includes(feature)), ...added])];
  return { with: merge(file.with, on, off), without: merge(file.without, off, on) };
}

function rejectContradictions({ with: on = [], without: off = [] }: CheckOptions): void {
  const both = on.find((feature) => off.includes(feature));
  if (both !== undefined) throw usageError(`--with ${both} and --without ${both} contradict each other`);
}

/** Traces are named after their scenario. */
function rejectSameNames(specs: readonly Spec[]): void {
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

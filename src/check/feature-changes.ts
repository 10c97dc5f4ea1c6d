/** Feature changes of a scenario's file and of a caller, put together. */
import type { FeatureName } from "../model/features/catalogue.ts";
import type { KernelVersion } from "../model/versions/rows.ts";
import type { FeatureChanges, KernelRun, Spec } from "../spec/spec.ts";

/** The caller's changes override those of the file, and the caller's edits come last. */
export function changedFeatures(file: FeatureChanges, asked: FeatureChanges): FeatureChanges {
  const merge = (
    own: readonly FeatureName[],
    added: readonly FeatureName[],
    removed: readonly FeatureName[],
  ): readonly FeatureName[] => [...new Set([...own.filter((feature) => !removed.includes(feature)), ...added])];
  return {
    with: merge(file.with, asked.with, asked.without),
    without: merge(file.without, asked.without, asked.with),
    edits: [...(file.edits ?? []), ...(asked.edits ?? [])],
  };
}

/** What the scenario says about these kernels, each once; if none is given, about all that it names. */
export function runsUnder(spec: Spec, kernels: readonly KernelVersion[] | undefined): readonly KernelRun[] {
  if (kernels === undefined) return spec.kernels;
  return [...new Set(kernels)].map(
    (kernel) =>
      spec.kernels.find((run) => run.kernel === kernel) ?? {
        kernel,
        expected: undefined,
        counts: {},
        with: spec.with,
        without: spec.without,
        edits: spec.edits ?? [],
      },
  );
}

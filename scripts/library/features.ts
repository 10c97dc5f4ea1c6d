/** Switches features of a run. */
import { type FeatureName, featuresOf } from "../../src/model/features/catalogue.ts";
import type { FeatureChanges, KernelRun } from "../../src/spec/spec.ts";

/** A feature that is on is switched off, and the other way round. */
export function switched(run: KernelRun, names: readonly FeatureName[]): FeatureChanges {
  const on = featuresOf(run.kernel, run);
  const others = (listed: readonly FeatureName[]) => listed.filter((name) => !names.includes(name));
  return {
    with: [...others(run.with), ...names.filter((name) => !on.has(name))],
    without: [...others(run.without), ...names.filter((name) => on.has(name))],
  };
}

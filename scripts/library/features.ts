/** Switches features of a run, and records which features a model asks for. */
import { type FeatureName, type FeatureSet, featuresOf } from "../../src/model/features/catalogue.ts";
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

/** The features, in a form that records which of them the model asks for. */
export function listening(features: FeatureSet, asked: Set<FeatureName>): FeatureSet {
  const listener = new Set(features);
  listener.has = (feature) => {
    asked.add(feature);
    return features.has(feature);
  };
  return listener;
}

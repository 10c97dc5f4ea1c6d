import { type FeatureName, type FeatureSet, featuresOf } from "../../src/model/features/catalogue.ts";
import { givesSameAnswers, listening } from "../../src/model/features/listening.ts";
import type { Scenario } from "../../src/model/scenario/scenario.ts";
import type { Spec } from "../../src/spec/spec.ts";
import type { Run } from "./runs.ts";

interface Recorded<T> {
  readonly spec: Spec;
  /** The features that the model asked for, and the answers. */
  readonly answers: ReadonlyMap<FeatureName, boolean>;
  readonly result: T;
}

/**
 * What `record` makes of each run. Of neighbouring kernels for which the model gets the same answers, it records only
 * the first, because it would record the same again.
 */
export function oncePerModel<T>(record: (scenario: Scenario, features: FeatureSet) => T): (run: Run) => T {
  let last: Recorded<T> | undefined;
  return ({ spec, run }) => {
    const features = featuresOf(run.kernel, run);
    if (last?.spec === spec && givesSameAnswers(features, last.answers)) return last.result;
    const answers = new Map<FeatureName, boolean>();
    last = { spec, answers, result: record(spec.scenario, listening(features, answers)) };
    return last.result;
  };
}

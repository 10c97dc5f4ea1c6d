import type { FeatureName, FeatureSet } from "./catalogue.ts";

/** The features, in a form that notes for which of them the model asks, and the answers. */
export function listening(features: FeatureSet, answers: Map<FeatureName, boolean>): FeatureSet {
  const listener = new Set(features);
  listener.has = (feature) => {
    const answer = features.has(feature);
    answers.set(feature, answer);
    return answer;
  };
  return listener;
}

/** Whether other features give all the answers that were noted, so that the model would ask the same and be the same. */
export function givesSameAnswers(features: FeatureSet, answers: ReadonlyMap<FeatureName, boolean>): boolean {
  return [...answers].every(([name, answer]) => features.has(name) === answer);
}

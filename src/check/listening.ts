import type { FeatureName, FeatureSet } from "../model/features/catalogue.ts";

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

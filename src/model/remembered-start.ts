/**
 * What `initially` leaves, of each scenario that was built last. A check of many scenarios names each before it builds
 * the first, and runs `initially` for both.
 */
import type { FeatureName, FeatureSet } from "./features/catalogue.ts";
import { givesSameAnswers } from "./features/listening.ts";
import type { Scenario } from "./scenario/scenario.ts";

interface Start {
  /** The features that the model asked for up to there, and the answers. */
  readonly answers: ReadonlyMap<FeatureName, boolean>;
  /** In the order of the machine's variables, which depends on nothing else. */
  readonly values: readonly (readonly number[])[];
}

const starts = new WeakMap<Scenario, Start>();

export function rememberStart(scenario: Scenario, start: Start): void {
  starts.set(scenario, start);
}

/**
 * Undefined if the model would get other answers. Otherwise all that it asked is asked again, so that a caller that
 * notes what the model asks misses nothing.
 */
export function rememberedStart(scenario: Scenario, features: FeatureSet): Start["values"] | undefined {
  const known = starts.get(scenario);
  return known !== undefined && givesSameAnswers(features, known.answers) ? known.values : undefined;
}

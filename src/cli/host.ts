import type { Model } from "../model/model.ts";
import type { Scenario } from "../model/scenario.ts";
import type { FeatureSet } from "../model/versions.ts";

/** A stream that may be a terminal. */
export interface Output {
  readonly write: (text: string) => unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly getColorDepth?: () => number;
}

/** Everything that commands need of the world around them. */
export interface Host {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly buildModel: (scenario: Scenario, features: FeatureSet) => Model;
}

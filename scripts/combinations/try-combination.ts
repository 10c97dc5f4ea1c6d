/** One scenario under one kernel with some features the other way round: whether it ends in a verdict. */
import { UserError } from "../../src/diagnostics/diagnostic.ts";
import { buildModel } from "../../src/model/build-model.ts";
import type { FeatureName } from "../../src/model/versions.ts";
import { listening, switched } from "../library/features.ts";
import { noVerdict } from "../library/no-verdict.ts";
import { findRun, type RunName } from "../library/runs.ts";

export interface Combination extends RunName {
  readonly switched: readonly FeatureName[];
  /** 0: only records the program. */
  readonly maxStates: number;
}

export interface Tried {
  /** Why there is no verdict. */
  readonly failure: string | undefined;
  /** The features that the model was asked for while it was recorded. */
  readonly asked: readonly FeatureName[];
}

export async function run({ maxStates, ...combination }: Combination): Promise<Tried> {
  const asked = new Set<FeatureName>();
  const { spec, run: kernelRun } = findRun(combination);
  const { kernel } = kernelRun;
  const changes = switched(kernelRun, combination.switched);
  const build: typeof buildModel = (scenario, features) => buildModel(scenario, listening(features, asked));
  try {
    const failure = await noVerdict({ spec, kernel, changes, maxStates, build });
    return { failure, asked: [...asked] };
  } catch (error) {
    // A start that is impossible, or a property of the scenario's own about a step that is not there any more.
    return { failure: error instanceof UserError ? undefined : String(error), asked: [...asked] };
  }
}

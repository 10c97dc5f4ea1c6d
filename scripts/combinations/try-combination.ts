/** Whether one scenario under one kernel, with some features switched, ends in a verdict. */

import { namedViolations } from "../../src/check/keep-traces.ts";
import { prepare } from "../../src/check/prepare.ts";
import { writtenChanges } from "../../src/check/written-changes.ts";
import { search } from "../../src/checker/search.ts";
import { UserError } from "../../src/diagnostics/user-error.ts";
import { buildModel } from "../../src/model/build-model.ts";
import type { FeatureName } from "../../src/model/features/catalogue.ts";
import { listening } from "../../src/model/features/listening.ts";
import { buildTrace } from "../../src/trace/build-trace.ts";
import { switched } from "../library/features.ts";
import { findRun, type RunName } from "../library/runs.ts";

export interface Combination extends RunName {
  readonly switched: readonly FeatureName[];
  /** 0: only records the program. */
  readonly maxStates: number;
}

export interface Tried {
  /** Why there is no verdict: what a user would see as exit code 4. */
  readonly failure: string | undefined;
  /** The features that the model was asked for while it was recorded. */
  readonly asked: readonly FeatureName[];
}

export async function run(combination: Combination): Promise<Tried> {
  const answers = new Map<FeatureName, boolean>();
  try {
    return { failure: await failureOf(combination, answers), asked: [...answers.keys()] };
  } catch (error) {
    // An impossible initial state, or a property of the scenario about a step that no longer exists.
    return { failure: error instanceof UserError ? undefined : String(error), asked: [...answers.keys()] };
  }
}

async function failureOf(combination: Combination, answers: Map<FeatureName, boolean>): Promise<string | undefined> {
  const { spec, run: kernelRun } = findRun(combination);
  const { kernel } = kernelRun;
  const { maxStates } = combination;
  const changes = switched(kernelRun, combination.switched);
  const build: typeof buildModel = (scenario, features, ...rest) =>
    buildModel(scenario, listening(features, answers), ...rest);
  const prepared = prepare({ buildModel: build }, spec, kernel, changes);
  if (maxStates === 0) return undefined;
  const properties = prepared.properties.map(({ property }) => property);
  const options = { workers: 1, soloStates: Number.MAX_VALUE, maxStates, stopWhen: "exhausted" } as const;
  const result = await search(prepared.program, properties, options);
  const origin = {
    tool: "",
    spec: { name: spec.name, file: spec.file, content: "" },
    kernel,
    features: writtenChanges(changes),
  };
  for (const violation of namedViolations(prepared, result.violations)) {
    const trace = buildTrace(prepared, violation, origin);
    if (trace.violation.kind === "range") return trace.violation.message;
  }
  return undefined;
}

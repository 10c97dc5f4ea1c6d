/** What one scenario finds under one kernel, and which features its model asks for. Runs in a thread of its own. */

import { buildModelInTurns } from "../../src/model/build-model.ts";
import type { FeatureName } from "../../src/model/features/catalogue.ts";
import { listening } from "../../src/model/features/listening.ts";
import { type Judged, type JudgeTask, judge } from "../../src/why/judge.ts";
import { judgeFiles } from "../../src/why/judge-files.ts";

export interface JudgedModel {
  readonly judged: Judged;
  /** The features that the model was asked for while it was recorded. */
  readonly asked: readonly FeatureName[];
}

export async function run(task: JudgeTask): Promise<JudgedModel> {
  const answers = new Map<FeatureName, boolean>();
  const judged = await judge(task, {
    ...judgeFiles,
    buildModel: (scenario, features, signal, change) =>
      buildModelInTurns(scenario, listening(features, answers), signal, change),
  });
  return { judged, asked: [...answers.keys()] };
}

/** The file that each thread loads. */
import { buildModelInTurns } from "../model/build-model.ts";
import { type Judged, type JudgeTask, judge } from "./judge.ts";

export function run(task: JudgeTask): Promise<Judged> {
  return judge(task, { buildModel: buildModelInTurns });
}

/** The file that each thread loads. */
import { buildModelInTurns } from "../model/build-model.ts";
import { type Judged, type JudgeTask, judge } from "./judge.ts";
import { judgeFiles } from "./judge-files.ts";

export function run(task: JudgeTask): Promise<Judged> {
  return judge(task, { ...judgeFiles, buildModel: buildModelInTurns });
}

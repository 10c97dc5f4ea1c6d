/** The file that each thread of a search loads. */
import { workerData } from "node:worker_threads";
import { levelFileOf } from "../disk/level-file-of.ts";
import { type ExploreTask, searchThread } from "../levels/search-thread.ts";
import { packCandidates } from "../violations/candidates-message.ts";

const task = workerData as ExploreTask;
const { levelFiles } = task;
const explore = searchThread(
  task,
  levelFiles && { states: levelFileOf(levelFiles.states), notes: levelFileOf(levelFiles.notes) },
);

/** Gives the worker's candidates as a message (candidates-message.ts). */
export function run(worker: number): Uint8Array {
  return packCandidates(explore(worker));
}

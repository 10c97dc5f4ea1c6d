/** Reviews many runs at once, on as many threads as there are CPUs. */
import { availableParallelism } from "node:os";
import type { Reviewed, ReviewTask } from "./review-run.ts";
import { threads as threadsFor } from "./threads.ts";

/** Built code runs as JavaScript, tests run the sources; a worker's file name is not rewritten for us. */
const extension = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
const module = new URL(`./review-run${extension}`, import.meta.url);

/**
 * Gives each result as it comes, with its task. Rejects with the first error of a task; ends early, with the results so
 * far, if the signal is aborted.
 */
export async function review(
  tasks: readonly ReviewTask[],
  onResult: (task: ReviewTask, result: Reviewed) => void,
  { signal, threads = availableParallelism() }: { readonly signal: AbortSignal; readonly threads?: number | undefined },
): Promise<void> {
  const size = Math.max(1, Math.min(threads, tasks.length));
  const pool = await threadsFor<ReviewTask, Reviewed>(module, { size, signal });
  try {
    await Promise.all(tasks.map(async (task) => onResult(task, await pool.run(task))));
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await pool.end();
  }
}

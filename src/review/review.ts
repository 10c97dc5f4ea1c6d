/** Reviews many runs at once, on as many threads as there are CPUs. */
import { availableParallelism } from "node:os";
import type { Reviewed, ReviewTask } from "./review-run.ts";

/** Built code runs as JavaScript, tests run the sources; a worker's file name is not rewritten for us. */
const extension = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
const filename = new URL(`./review-run${extension}`, import.meta.url).href;

/**
 * Gives each result as it comes, with its task. Rejects with the first error of a task; ends early, with the results so
 * far, if the signal is aborted.
 */
export async function review(
  tasks: readonly ReviewTask[],
  onResult: (task: ReviewTask, result: Reviewed) => void,
  { signal, threads = availableParallelism() }: { readonly signal: AbortSignal; readonly threads?: number | undefined },
): Promise<void> {
  const { Piscina } = await import("piscina");
  const size = Math.max(1, Math.min(threads, tasks.length));
  const pool = new Piscina({ filename, name: "run", minThreads: size, maxThreads: size, concurrentTasksPerWorker: 1 });
  const waiting = [...tasks];
  try {
    await Promise.all(
      Array.from({ length: size }, async () => {
        for (let task = waiting.shift(); task !== undefined && !signal.aborted; task = waiting.shift()) {
          const result = (await pool.run(task, { signal })) as Reviewed;
          onResult(task, result);
        }
      }),
    );
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await pool.destroy();
  }
}

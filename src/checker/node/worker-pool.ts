/** The threads of a search as a pool of Piscina. It never has fewer threads than tasks. */
import type { ExploreTask } from "../levels/search-thread.ts";
import type { Threads } from "../levels/thread-team.ts";
import { unpackCandidates } from "../violations/candidates-message.ts";
import { requireRoomForThreads } from "./machine-memory.ts";
import { threadOptions } from "./thread-options.ts";

/**
 * Built code runs as JavaScript; tests and benchmarks run the sources. The compiler does not rewrite a worker's file
 * name.
 */
const extension = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
const filename = new URL(`./worker${extension}`, import.meta.url).href;

/** A search allocates almost nothing. Without this limit, each thread would reserve some megabytes more. */
const resourceLimits = { maxYoungGenerationSizeMb: 2 };

/** The threads load while this one continues, and count themselves in `ready`. */
export async function startWorkers(task: ExploreTask): Promise<Threads> {
  const { workers } = task.plan;
  requireRoomForThreads(workers);
  // Loaded only here, because most searches end on the main thread and need not wait for this.
  const { Piscina } = await import("piscina");
  const pool = new Piscina({
    filename,
    name: "run",
    minThreads: workers,
    maxThreads: workers,
    concurrentTasksPerWorker: 1,
    workerData: task,
    resourceLimits,
    ...threadOptions,
  });
  return {
    run: async (worker) => unpackCandidates(await pool.run(worker)),
    end: () => pool.destroy(),
  };
}

/**
 * The threads of a search, a pool of Piscina. They wait for each other at every level. So if one of them dies, the others
 * must end too. All must run at the same time, so the pool never has fewer threads than tasks.
 */

import { SearchFailure } from "../contract/search-types.ts";
import { abort, phases } from "../memory/barrier.ts";
import { requireRoomForThreads } from "../memory/reserve-memory.ts";
import { get, put } from "../memory/shared-memory.ts";
import type { Store } from "../stores/store.ts";
import { unpackCandidates } from "../violations/candidates-message.ts";
import type { Candidate } from "../violations/violation-candidates.ts";
import { abandonBlocks } from "./level-leader.ts";
import { threadOptions } from "./thread-options.ts";
import type { ExploreTask } from "./worker.ts";

/**
 * Built code runs as JavaScript; tests and benchmarks run the sources. The compiler does not rewrite a worker's file
 * name.
 */
const extension = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
const filename = new URL(`./worker${extension}`, import.meta.url).href;

/** A search allocates almost nothing. Without this limit, each thread would reserve some megabytes more. */
const resourceLimits = { maxYoungGenerationSizeMb: 2 };

export interface WorkerPool {
  /**
   * Runs the search to its end. Whenever all threads have returned, `onReturn` gets what they found. If they only handed
   * over, they then go on.
   */
  readonly search: (onReturn: (found: readonly Candidate[]) => void) => Promise<void>;
  readonly end: () => Promise<void>;
}

/** The threads load while this one continues, and count themselves in `ready`. */
export async function startWorkers(store: Store, task: ExploreTask): Promise<WorkerPool> {
  const { shared } = store;
  const { workers } = shared.plan;
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
  let failure: unknown;
  const run = async (worker: number): Promise<readonly Candidate[]> => {
    try {
      return unpackCandidates(await pool.run(worker));
    } catch (error) {
      failure ??= error;
      abort(shared);
      return [];
    }
  };
  return {
    async search(onReturn) {
      do {
        abandonBlocks(store, task.limits);
        put(shared, "participants", workers);
        put(shared, "phase", phases.expand);
        const found = await Promise.all(Array.from({ length: workers }, (_, worker) => run(worker)));
        if (failure !== undefined) throw new SearchFailure("a worker of the search failed", { cause: failure });
        onReturn(found.flat());
      } while (get(shared, "phase") === phases.handOver);
    },
    end: () => pool.destroy(),
  };
}

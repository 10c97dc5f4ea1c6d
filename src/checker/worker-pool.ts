import { unpackCandidates } from "./candidates-message.ts";
import { abandonBlocks } from "./level-leader.ts";
import { abort, phases } from "./rendezvous.ts";
import { SearchFailure } from "./search-types.ts";
import { get, put, type SharedMemory } from "./shared-memory.ts";
import type { Candidate } from "./violation-candidates.ts";
import type { ExploreTask } from "./worker.ts";

/** Built code runs as JavaScript, tests and benchmarks run the sources; a worker's file name is not rewritten for us. */
const extension = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
const filename = new URL(`./worker${extension}`, import.meta.url).href;

/**
 * Runs one long task on each of as many threads. They wait for each other at every level, so if one of them dies the
 * others must be told, and all must be at work at once: the pool never has fewer threads than tasks. Whenever all have
 * returned, `onReturn` hears what they found; where they only handed over, they then go on.
 */
export async function runWorkers(
  shared: SharedMemory,
  task: Omit<ExploreTask, "worker">,
  onReturn: (found: readonly Candidate[]) => void,
): Promise<void> {
  const { workers } = shared.plan;
  // Loaded only here: most searches end on the main thread, and need not wait for this.
  const { Piscina } = await import("piscina");
  const pool = new Piscina({ filename, minThreads: workers, maxThreads: workers, concurrentTasksPerWorker: 1 });
  let failure: unknown;
  const run = async (worker: number): Promise<readonly Candidate[]> => {
    try {
      return unpackCandidates(await pool.run({ ...task, worker } satisfies ExploreTask, { name: "run" }));
    } catch (error) {
      failure ??= error;
      abort(shared);
      return [];
    }
  };
  try {
    do {
      abandonBlocks(shared, task.limits);
      put(shared, "participants", workers);
      put(shared, "phase", phases.expand);
      const found = await Promise.all(Array.from({ length: workers }, (_, worker) => run(worker)));
      if (failure !== undefined) throw new SearchFailure("a worker of the search failed", { cause: failure });
      onReturn(found.flat());
    } while (get(shared, "phase") === phases.handOver);
  } finally {
    await pool.destroy();
  }
}

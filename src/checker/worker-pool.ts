import { unpackCandidates } from "./candidates-message.ts";
import { abort, phases } from "./rendezvous.ts";
import { SearchFailure } from "./search-types.ts";
import { put, type SharedMemory } from "./shared-memory.ts";
import type { Candidate } from "./violation-candidates.ts";
import type { ExploreTask } from "./worker.ts";

/** Built code runs as JavaScript, tests and benchmarks run the sources; a worker's file name is not rewritten for us. */
const extension = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
const filename = new URL(`./worker${extension}`, import.meta.url).href;

/**
 * Runs one long task on each of as many threads. They wait for each other at every level, so if one of them dies the
 * others must be told, and all must be at work at once: the pool never has fewer threads than tasks.
 */
export async function runWorkers(
  shared: SharedMemory,
  task: Omit<ExploreTask, "worker">,
): Promise<readonly Candidate[]> {
  const { workers } = shared.plan;
  // Loaded only here: most searches end on the main thread, and need not wait for this.
  const { Piscina } = await import("piscina");
  const pool = new Piscina({ filename, minThreads: workers, maxThreads: workers, concurrentTasksPerWorker: 1 });
  put(shared, "participants", workers);
  put(shared, "phase", phases.expand);
  let failure: unknown;
  const runs = Array.from({ length: workers }, async (_, worker): Promise<readonly Candidate[]> => {
    try {
      return unpackCandidates(await pool.run({ ...task, worker } satisfies ExploreTask, { name: "run" }));
    } catch (error) {
      failure ??= error;
      abort(shared);
      return [];
    }
  });
  const found = (await Promise.all(runs)).flat();
  await pool.destroy();
  if (failure !== undefined) throw new SearchFailure("a worker of the search failed", { cause: failure });
  return found;
}

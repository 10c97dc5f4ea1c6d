/**
 * The threads of a search. They wait for each other at every level, so if one of them dies the others must be told, and
 * all must be at work at once. Node's own threads will do: each of ours has one task for as long as it lives, and loads
 * nothing but that, where every thread of a general pool would cost some megabytes more.
 */
import { Worker } from "node:worker_threads";
import { unpackCandidates } from "./candidates-message.ts";
import { abandonBlocks } from "./level-leader.ts";
import { abort, phases } from "./rendezvous.ts";
import { SearchFailure } from "./search-types.ts";
import { get, put, type SharedMemory } from "./shared-memory.ts";
import type { Candidate } from "./violation-candidates.ts";
import type { ExploreTask } from "./worker.ts";

/** Built code runs as JavaScript, tests and benchmarks run the sources; a worker's file name is not rewritten for us. */
const extension = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
const file = new URL(`./worker${extension}`, import.meta.url);

export interface SearchThreads {
  /**
   * Runs the search to its end. Whenever all threads have returned, `onReturn` hears what they found; where they only
   * handed over, they then go on.
   */
  readonly search: (onReturn: (found: readonly Candidate[]) => void) => Promise<void>;
  readonly end: () => Promise<void>;
}

/** The threads load by themselves, whatever this one does meanwhile, and count themselves in `ready`. */
export function startThreads(shared: SharedMemory, task: Omit<ExploreTask, "worker">): SearchThreads {
  const { workers } = shared.plan;
  const threads = Array.from({ length: workers }, (_, worker) => startThread({ ...task, worker }));
  let failure: unknown;
  const explore = async (thread: Thread): Promise<readonly Candidate[]> => {
    try {
      return unpackCandidates(await thread.explore());
    } catch (error) {
      failure ??= error;
      abort(shared);
      return [];
    }
  };
  return {
    async search(onReturn) {
      do {
        abandonBlocks(shared, task.limits);
        put(shared, "participants", workers);
        put(shared, "phase", phases.expand);
        const found = await Promise.all(threads.map(explore));
        if (failure !== undefined) throw new SearchFailure("a worker of the search failed", { cause: failure });
        onReturn(found.flat());
      } while (get(shared, "phase") === phases.handOver);
    },
    async end() {
      await Promise.all(threads.map((thread) => thread.end()));
    },
  };
}

interface Thread {
  readonly explore: () => Promise<Uint8Array>;
  readonly end: () => Promise<unknown>;
}

/** A search allocates next to nothing; left to itself, each thread would keep some megabytes more for it. */
const resourceLimits = { maxYoungGenerationSizeMb: 2 };

function startThread(task: ExploreTask): Thread {
  const worker = new Worker(file, { workerData: task, resourceLimits });
  const death = new Promise<never>((_, reject) => {
    worker.on("error", reject);
    worker.on("exit", (code) => reject(new Error(`a thread ended with code ${code}`)));
  });
  // One that dies is missed when somebody waits for it.
  death.catch(() => {});
  return {
    explore() {
      const message = new Promise<Uint8Array>((resolve) => worker.once("message", resolve));
      worker.postMessage("explore");
      return Promise.race([message, death]);
    },
    end: () => worker.terminate(),
  };
}

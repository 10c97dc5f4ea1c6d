import type { openCheckpoint, restore } from "../checkpoint/checkpoint.ts";
import type { openStorageFor, saveCheckpoint } from "../checkpoint/replace-checkpoint.ts";
import type { RankSearch } from "../distributed/rank-search.ts";
import type { ExploreTask } from "../levels/search-thread.ts";
import type { Threads } from "../levels/thread-team.ts";
import type { SystemMemory } from "../memory/reserve-memory.ts";

/** What a search takes from the system that it runs on: a process of Node (node/node-environment.ts), or a browser. */
export interface SearchEnvironment {
  /** How many threads search if the options do not say; at least 1. */
  readonly threads: () => number;
  /**
   * Starts a thread for each worker of the plan. They may load while this one continues. Undefined: a search stays on the
   * thread that began it.
   */
  readonly startThreads: ((task: ExploreTask) => Promise<Threads>) | undefined;
  readonly memory: SystemMemory;
  /** Undefined: a search cannot write files. */
  readonly files: SearchFiles | undefined;
  /** Undefined: this process searches alone. Otherwise it searches together with others, on one thread. */
  readonly ranks?: RankSearch | undefined;
}

/** The files of finished levels and of checkpoints. */
export interface SearchFiles {
  readonly openStorage: typeof openStorageFor;
  readonly openCheckpoint: typeof openCheckpoint;
  readonly restore: typeof restore;
  readonly saveCheckpoint: typeof saveCheckpoint;
}

/**
 * Undefined: a search with so many workers stays on the thread that began it. One worker needs no thread of its own, which
 * would take a twentieth of a second and 8 MB.
 */
export function threadsFor({ startThreads }: SearchEnvironment, workers: number): SearchEnvironment["startThreads"] {
  return workers === 1 ? undefined : startThreads;
}

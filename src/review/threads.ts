/** Runs tasks on several threads, each thread one task at a time. */
import { availableParallelism } from "node:os";
import { threadOptions } from "../checker/node/thread-options.ts";

export interface Threads<Task, Result> {
  readonly size: number;
  /** Rejects with the task's error, or if the signal is aborted. */
  readonly run: (task: Task) => Promise<Result>;
  readonly end: () => Promise<void>;
}

export interface ThreadOptions {
  /** As many as there are CPUs, if left out. */
  readonly size?: number | undefined;
  readonly signal?: AbortSignal;
  readonly heapMegabytes?: number;
}

/** `module` exports `run(task)`. */
export async function threads<Task, Result>(
  module: URL,
  { size = availableParallelism(), signal, heapMegabytes = 2048 }: ThreadOptions = {},
): Promise<Threads<Task, Result>> {
  const { Piscina } = await import("piscina");
  const pool = new Piscina({
    filename: module.href,
    name: "run",
    minThreads: size,
    maxThreads: size,
    concurrentTasksPerWorker: 1,
    resourceLimits: { maxOldGenerationSizeMb: heapMegabytes },
    ...threadOptions,
  });
  // Each task that the pool has listens to the signal, so the pool has no more tasks than threads.
  let ended = false;
  let free = size;
  const waiting: (() => void)[] = [];
  return {
    size,
    async run(task) {
      if (free > 0) free--;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        if (ended) throw new Error("the threads have ended");
        return (await pool.run(task, signal === undefined ? {} : { signal })) as Result;
      } finally {
        const next = waiting.shift();
        if (next === undefined) free++;
        else next();
      }
    },
    end() {
      ended = true;
      return pool.destroy();
    },
  };
}

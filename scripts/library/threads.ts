/** Runs tasks on as many threads as there are CPUs, each thread one task at a time. */
import { availableParallelism } from "node:os";
import { Piscina } from "piscina";

export interface Threads<Task, Result> {
  readonly size: number;
  readonly run: (task: Task) => Promise<Result>;
  readonly end: () => Promise<void>;
}

/** `module` exports `run(task)`. */
export function threads<Task, Result>(module: URL, heapMegabytes = 2048): Threads<Task, Result> {
  const size = availableParallelism();
  const pool = new Piscina({
    filename: module.href,
    name: "run",
    minThreads: size,
    maxThreads: size,
    concurrentTasksPerWorker: 1,
    resourceLimits: { maxOldGenerationSizeMb: heapMegabytes },
  });
  return {
    size,
    run: (task) => pool.run(task) as Promise<Result>,
    end: () => pool.destroy(),
  };
}

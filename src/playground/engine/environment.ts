/** What a search takes from a browser: no files, and threads only where the page may share memory between workers. */
import type { SearchEnvironment } from "../../checker/environment/search-environment.ts";
import { addressSpace } from "../../memory/memory-map.ts";
import { startThreads, type ThreadWorker } from "./threads.ts";

export interface Browser {
  /**
   * Starts a worker that answers as `answerAsThread` does. Undefined if workers cannot share memory, because the page is
   * not isolated from others.
   */
  readonly newWorker: (() => ThreadWorker) | undefined;
  /** How many threads the machine runs at once. */
  readonly processors: number;
  /** Of the machine, in GiB, as far as the browser says. */
  readonly deviceMemory: number | undefined;
}

/** Of a machine with an unknown amount of memory. */
const usualMemory = 2 ** 30;

export function browserEnvironment({ newWorker, processors, deviceMemory }: Browser): SearchEnvironment {
  return {
    threads: () => (newWorker === undefined ? 1 : processors),
    startThreads: newWorker === undefined ? undefined : (task) => startThreads(newWorker, task),
    memory: {
      defaultBytes: () =>
        deviceMemory === undefined ? usualMemory : Math.min(addressSpace, Math.max(2 ** 28, deviceMemory * 2 ** 28)),
      hint: () => "close other pages, or use the command line",
      preferLargePages: undefined,
      pageSupplier: undefined,
    },
    files: undefined,
  };
}

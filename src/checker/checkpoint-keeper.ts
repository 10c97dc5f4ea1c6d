/** When checkpoints are written. */
import type { SearchOptions } from "./contract/search-types.ts";
import type { SearchFiles } from "./environment/search-environment.ts";
import { bounds, endings } from "./memory/ending.ts";
import { get, put } from "./memory/shared-memory.ts";
import type { PreparedSearch } from "./search-setup.ts";
import { allOf, type Candidates } from "./violations/violation-candidates.ts";

export interface CheckpointKeeper {
  /** Call this whenever all threads have returned, so that nothing changes while a checkpoint is written. */
  readonly onReturn: () => void;
  /** Stops asking the threads to return. */
  readonly stop: () => void;
  /** The depth of the last checkpoint; undefined before the first. */
  readonly savedDepth: () => number | undefined;
}

/**
 * After some time, asks the threads to return at the end of their level. If a limit or a signal ended the search, the
 * next run can go on from the start of that level.
 */
export function keepCheckpoints(
  files: SearchFiles | undefined,
  { store, identity, storage }: PreparedSearch,
  { checkpoint, description = {} }: SearchOptions,
  candidates: Candidates,
  seconds: () => number,
): CheckpointKeeper {
  const { shared } = store;
  if (checkpoint === undefined || files === undefined)
    return { onReturn: () => {}, stop: () => {}, savedDepth: () => undefined };
  const { file, everyMs, onFailure } = checkpoint;
  let savedDepth: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  const arm = (): void => {
    put(shared, "handOver", everyMs === 0 ? 1 : 0);
    if (everyMs > 0) timer = setTimeout(() => put(shared, "handOver", 1), everyMs).unref();
  };
  const stop = (): void => clearTimeout(timer);
  arm();
  return {
    stop,
    savedDepth: () => savedDepth,
    onReturn() {
      const ending = get(shared, "ending");
      const isDue = ending === endings.running && get(shared, "handOver") !== 0;
      if (!isDue && bounds[ending - 1] === undefined) return;
      stop();
      const depth = get(shared, "depth");
      if (depth !== savedDepth) {
        try {
          files.saveCheckpoint(file, { description, identity }, store, {
            candidates: allOf(candidates),
            seconds: seconds(),
            storage,
          });
          savedDepth = depth;
        } catch (error) {
          onFailure(error as Error);
        }
      }
      arm();
    },
  };
}

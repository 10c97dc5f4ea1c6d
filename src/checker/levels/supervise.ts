/** The work of the main thread while the workers search. */
import type { Program } from "../../ir/program.ts";
import type { SearchOptions, SearchProgress } from "../contract/search-types.ts";
import { endingAt, settle } from "../memory/ending.ts";
import { get, put, segment, transitionCounts } from "../memory/shared-memory.ts";
import type { Store } from "../stores/store.ts";

/** Stops the workers at a signal or a timeout, and reports progress. */
export function supervise(
  store: Store,
  program: Program,
  { signal, timeoutMs, onProgress }: SearchOptions,
  { seconds, secondsOfThisRun }: Record<"seconds" | "secondsOfThisRun", () => number>,
): () => void {
  const { shared } = store;
  const stop = (ending: number) => (): void => {
    settle(shared, ending);
    put(shared, "pause", 1);
  };
  const onAbort = stop(endingAt("signal"));
  signal?.addEventListener("abort", onAbort);
  // A past event does not fire again.
  if (signal?.aborted === true) onAbort();
  const left = timeoutMs === undefined ? undefined : Math.max(0, timeoutMs - secondsOfThisRun() * 1000);
  const timeout = left === undefined ? undefined : setTimeout(stop(endingAt("timeout")), left);
  const report =
    onProgress === undefined ? undefined : setInterval(() => onProgress(progress(store, program, seconds())), 200);
  return () => {
    signal?.removeEventListener("abort", onAbort);
    clearTimeout(timeout);
    clearInterval(report);
  };
}

function progress(store: Store, program: Program, seconds: number): SearchProgress {
  const { shared } = store;
  let frontier = 0;
  for (let i = get(shared, "levelFirst"); i < get(shared, "levelEnd"); i++) {
    const { first, end } = segment(shared, i);
    frontier += end - first;
  }
  return {
    states: get(shared, "states"),
    transitions: transitionCounts(shared, program.locations.length).reduce((sum, count) => sum + count, 0),
    depth: get(shared, "depth"),
    frontier,
    bytes: store.bytesInUse(),
    seconds,
  };
}

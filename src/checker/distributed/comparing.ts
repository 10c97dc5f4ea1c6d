/** At the end of each round the ranks compare how far they are. So all of them decide alike whether and why the search ends. */
import { turnOfEventLoop } from "../../ir/event-loop.ts";
import { at } from "../../ir/lookup.ts";
import type { SearchOptions } from "../contract/search-types.ts";
import { endingAt, endings, settle } from "../memory/ending.ts";
import { get, longWord, put, transitionCounts } from "../memory/shared-memory.ts";
import type { Part } from "./part.ts";
import { compareStandings, type Standings } from "./standing.ts";

/** Report progress this often. */
const reportMs = 200;

export interface Comparing {
  /** `isDone`: this rank has nothing to expand in this level. */
  readonly compare: (isDone: boolean, checkpointIsDue?: boolean) => Promise<Standings>;
  /** Called when a level of so many states begins. */
  readonly begin: (states: number) => void;
}

export function comparing(
  part: Part,
  { signal, onProgress }: Pick<SearchOptions, "signal" | "onProgress">,
  seconds: () => number,
): Comparing {
  const { ranks, store, limits } = part;
  const { shared } = store;
  const { maxStates, deadline } = limits;
  let frontier = 1;
  /** The states that this rank had at the start of the level. */
  let before = 0;
  let transitions = 0;
  let counted = Number.NEGATIVE_INFINITY;
  let reported = performance.now();
  return {
    begin(states) {
      frontier = states;
      before = get(shared, "states");
    },
    async compare(isDone, checkpointIsDue = false) {
      await turnOfEventLoop();
      if (signal?.aborted === true) settle(shared, endingAt("signal"));
      if (ranks.rank === 0 && performance.now() >= deadline) settle(shared, endingAt("timeout"));
      // Counting takes as long as a short round, and only the report of progress needs it.
      if (performance.now() >= counted + reportMs) {
        counted = performance.now();
        transitions = transitionCounts(shared, part.locations).reduce((sum, count) => sum + count, 0);
      }
      const states = get(shared, "states");
      const all = await compareStandings(ranks, {
        isDone,
        ending: get(shared, "ending"),
        states,
        next: states - before,
        transitions,
        bytes: store.bytesInUse(),
        found: at(longWord(shared, "found"), 0),
        checkpointIsDue,
      });
      const exceeds = all.ending === endings.running && all.states > maxStates;
      const ending = exceeds ? endingAt("states") : all.ending;
      longWord(shared, "found")[0] = all.found;
      put(shared, "ending", ending);
      if (onProgress !== undefined && performance.now() >= reported + reportMs) {
        reported = performance.now();
        const { states, transitions, bytes } = all;
        onProgress({ states, transitions, bytes, depth: get(shared, "depth"), frontier, seconds: seconds() });
      }
      return { ...all, ending };
    },
  };
}

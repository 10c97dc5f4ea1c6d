/** At each exchange the ranks compare how far they are. So all of them decide alike whether and why the search ends. */
import { turnOfEventLoop } from "../../ir/event-loop.ts";
import { at } from "../../ir/lookup.ts";
import type { SearchOptions } from "../contract/search-types.ts";
import { endingAt, endings, settle } from "../memory/ending.ts";
import { get, longWord, put, segment, transitionCounts } from "../memory/shared-memory.ts";
import type { Part } from "./part.ts";
import { compareStandings, type Standing, type Standings } from "./standing.ts";

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
  let reported = performance.now();
  return {
    begin(states) {
      frontier = states;
    },
    async compare(isDone, checkpointIsDue = false) {
      await turnOfEventLoop();
      if (signal?.aborted === true) settle(shared, endingAt("signal"));
      if (ranks.rank === 0 && performance.now() >= deadline) settle(shared, endingAt("timeout"));
      const all = await compareStandings(ranks, { ...standingOf(part, isDone), checkpointIsDue });
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

function standingOf({ store, locations }: Part, isDone: boolean): Omit<Standing, "checkpointIsDue"> {
  const { shared } = store;
  const transitions = transitionCounts(shared, locations).reduce((sum, count) => sum + count, 0);
  let next = 0;
  for (let number = get(shared, "levelEnd"); number < get(shared, "segments"); number++) {
    const { first, end } = segment(shared, number);
    next += end - first;
  }
  return {
    isDone,
    ending: get(shared, "ending"),
    states: get(shared, "states"),
    next,
    transitions,
    bytes: store.bytesInUse(),
    found: at(longWord(shared, "found"), 0),
  };
}

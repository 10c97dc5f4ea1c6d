/** What a search does by itself if its memory is full. */
import type { Search, SearchOptions, SearchResult } from "../checker/contract/search-types.ts";
import { UserError } from "../diagnostics/user-error.ts";

/**
 * A search that begins again with the tree store if the store was left open and its states did not fit into memory. That
 * store is exact too, and has room for several times as many states; it is not used at once because it takes longer. Both
 * searches together take at most the time that was allowed for one. `announce` gets a sentence before the second.
 */
export function withMoreRoom(search: Search, announce: (text: string) => void): Search {
  return async (program, properties, options = {}) => {
    const found = await search(program, properties, options);
    const left = (options.timeoutMs ?? Number.POSITIVE_INFINITY) - found.seconds * 1000;
    if (found.bound !== "memory" || isDecided(options) || left <= 0) return found;
    announce(`${found.states} states fill the memory: the search begins again with --store tree`);
    const limits = options.timeoutMs === undefined ? {} : { timeoutMs: left };
    const again = await unlessRefused(() =>
      search(program, properties, { ...options, ...limits, store: "tree", leastStates: found.states }),
    );
    if (again === undefined) return found;
    const seconds = found.seconds + again.seconds;
    return { ...again, seconds, statesPerSecond: again.states / seconds };
  };
}

/** A checkpoint belongs to a search with one store. */
function isDecided({ store, checkpoint, resumeFrom }: SearchOptions): boolean {
  return store !== undefined || checkpoint !== undefined || resumeFrom !== undefined;
}

/** Undefined if there is no folder for finished levels, or too little memory even to begin. */
async function unlessRefused(search: () => Promise<SearchResult>): Promise<SearchResult | undefined> {
  try {
    return await search();
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

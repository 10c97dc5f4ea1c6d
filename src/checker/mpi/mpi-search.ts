/** The search of one of several processes that MPI has started. */
import type { Search } from "../contract/search-types.ts";
import { searchByRanks } from "../distributed/rank-search.ts";
import type { Ranks } from "../distributed/ranks.ts";
import { nodeEnvironment } from "../node/node-environment.ts";
import { searchWith } from "../search-with.ts";

/** If no memory is asked for, the ranks of a machine share what one search would use. */
export function mpiSearch(ranks: Ranks): Search {
  const { memory } = nodeEnvironment;
  const defaultBytes = (): number => memory.defaultBytes() / ranks.onThisHost;
  return searchWith({ ...nodeEnvironment, memory: { ...memory, defaultBytes }, ranks: searchByRanks(ranks) });
}

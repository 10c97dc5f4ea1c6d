/** What a search takes from the processes with which it searches together. Only the command line loads this. */

import { afterSearchByRanks } from "./after-search-by-ranks.ts";
import { explorePart } from "./explore-part.ts";
import { ownerOf } from "./rank-functions.ts";
import type { Ranks } from "./ranks.ts";

export interface RankSearch {
  readonly ranks: Ranks;
  readonly explore: typeof explorePart;
  readonly after: typeof afterSearchByRanks;
  readonly ownerOf: typeof ownerOf;
}

export function searchByRanks(ranks: Ranks): RankSearch {
  return { ranks, explore: explorePart, after: afterSearchByRanks, ownerOf };
}

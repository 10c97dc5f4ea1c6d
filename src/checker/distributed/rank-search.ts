/** What a search takes from the processes with which it searches together. Only the command line loads this. */

import { openPart, openParts } from "../checkpoint/parts.ts";
import { afterSearchByRanks } from "./after-search-by-ranks.ts";
import { explorePart } from "./explore-part.ts";
import { ownerOf } from "./rank-functions.ts";
import type { Ranks } from "./ranks.ts";

export interface RankSearch {
  readonly ranks: Ranks;
  readonly openParts: typeof openParts;
  readonly openPart: typeof openPart;
  readonly explore: typeof explorePart;
  readonly after: typeof afterSearchByRanks;
  readonly ownerOf: typeof ownerOf;
}

export function searchByRanks(ranks: Ranks): RankSearch {
  return {
    ranks,
    openParts,
    openPart,
    explore: explorePart,
    after: afterSearchByRanks,
    ownerOf,
  };
}

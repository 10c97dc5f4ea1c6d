/** What a search takes from the processes with which it searches together. Only the command line loads this. */

import { openPart, openParts } from "../checkpoint/parts.ts";
import { afterSearchByRanks } from "./after-search-by-ranks.ts";
import { explorePart } from "./explore-part.ts";
import { ownerMasks } from "./owner-masks.ts";
import { ownerOf } from "./rank-functions.ts";
import type { Ranks } from "./ranks.ts";
import { type Keeping, type SentStates, sentStates, usualKeeping } from "./sent-states.ts";

export interface RankSearch {
  readonly ranks: Ranks;
  /** For one search. */
  readonly sentStates: () => SentStates;
  readonly ownerMasks: typeof ownerMasks;
  readonly openParts: typeof openParts;
  readonly openPart: typeof openPart;
  readonly explore: typeof explorePart;
  readonly after: typeof afterSearchByRanks;
  readonly ownerOf: typeof ownerOf;
}

export function searchByRanks(ranks: Ranks, keeping: Keeping = usualKeeping): RankSearch {
  return {
    ranks,
    sentStates: () => sentStates(ranks, keeping),
    ownerMasks,
    openParts,
    openPart,
    explore: explorePart,
    after: afterSearchByRanks,
    ownerOf,
  };
}

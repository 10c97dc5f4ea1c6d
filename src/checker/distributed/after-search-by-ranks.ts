/** The states that several ranks have explored. All ranks get the same answers, with numbers of state-numbers.ts. */
import { at } from "../../ir/lookup.ts";
import type { AfterSearch, Searched, Totals } from "../after-search/after-search.ts";
import { totalsOf } from "../after-search/after-search-here.ts";
import type { PartCounts } from "../contract/search-types.ts";
import { messagePack } from "../memory/message-pack.ts";
import { lastMovesOf, withMoves } from "../paths/last-moves.ts";
import { packCandidates, unpackCandidates } from "../violations/candidates-message.ts";
import { allOf, type Candidate, keep, type LastMove, noCandidates } from "../violations/violation-candidates.ts";
import { firstFairLoopAcrossRanks } from "./fair-loop-across-ranks.ts";
import { firstOfRanks } from "./first-of-ranks.ts";
import { firstLivelockedAcrossRanks } from "./livelock-across-ranks.ts";
import type { Part } from "./part.ts";
import { pathsAcrossRanks } from "./paths-across-ranks.ts";
import { numbered, numberOf } from "./state-numbers.ts";

export function afterSearchByRanks(part: Searched & Pick<Part, "ranks" | "sent">): AfterSearch {
  const { ranks, store, thread } = part;
  const archive = store.archive();
  return {
    async totals() {
      const own = messagePack().pack(totalsOf(part));
      return (await ranks.gather(own))
        .map((bytes) => messagePack().unpack(Uint8Array.from(bytes)) as Totals)
        .reduce(together);
    },
    async candidates() {
      const all = noCandidates(part.candidates.most);
      const own = allOf(part.candidates).map((candidate) => numbered(candidate, ranks));
      for (const bytes of await ranks.gather(packCandidates(own)))
        for (const candidate of unpackCandidates(bytes)) keep(all, candidate);
      return allOf(all);
    },
    first: (find) => firstOfRanks(ranks, find({ ...part, archive })),
    async firstFairLoop(program) {
      const graph = thread.graph();
      return graph && firstFairLoopAcrossRanks(program, { ...part, archive }, graph);
    },
    async firstLivelocked() {
      const finishing = thread.finishing(archive);
      if (finishing === undefined) return undefined;
      return firstLivelockedAcrossRanks({ ranks, store, thread, finishing }, part.sent, part.reduction, archive);
    },
    async withAllLastMoves(candidates) {
      const own = lastMovesOf(store, thread, candidates, archive).map((moves) =>
        moves.map(({ parent, move }) => ({ parent: numberOf(parent, ranks), move })),
      );
      return (await ranks.gather(messagePack().pack(own))).reduce<readonly Candidate[]>(
        (all, bytes) => withMoves(all, messagePack().unpack(Uint8Array.from(bytes)) as LastMove[][]),
        candidates,
      );
    },
    pathsTo: (found) => pathsAcrossRanks(part, found, archive),
  };
}

function together(one: Totals, other: Totals): Totals {
  return {
    states: one.states + other.states,
    depth: Math.max(one.depth, other.depth),
    transitionsOf: one.transitionsOf.map((count, location) => count + at(other.transitionsOf, location)),
    tested: one.tested.map((tested, check) => tested | at(other.tested, check)),
    workers: one.workers + other.workers,
    bytes: one.bytes + other.bytes,
    bytesOnDisk: one.bytesOnDisk + other.bytesOnDisk,
    parts: one.parts && other.parts && allParts(one.parts, other.parts),
  };
}

/** Each rank stores the parts of its own states. */
function allParts(one: PartCounts, other: PartCounts): PartCounts {
  return { left: one.left + other.left, right: one.right + other.right };
}

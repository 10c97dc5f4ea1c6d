/**
 * Violations name the states in which their last moves begin by their indices. If the states get other owners, they get
 * other indices too. So those few states are looked for again, when their level is entered.
 */
import { at } from "../../ir/lookup.ts";
import { type Level, type StateIndex, stateIndex } from "../contract/indices.ts";
import { messagePack } from "../memory/message-pack.ts";
import { areaOf, get, type Segment, segment } from "../memory/shared-memory.ts";
import { lastLevel } from "../paths/trace-reconstruction.ts";
import { packCandidates, unpackCandidates } from "../violations/candidates-message.ts";
import { compareWords } from "../violations/compare-words.ts";
import { allOf, type Candidate, type Candidates, keep, noCandidates } from "../violations/violation-candidates.ts";
import type { Part } from "./part.ts";
import { functionsOfRank } from "./rank-functions.ts";
import { indexOf, rankOf } from "./state-numbers.ts";

export interface MovedParents {
  /** Called with each segment of a part that this rank reads. */
  readonly read: (rank: number, segment: Segment, states: Uint8Array) => void;
  /** All ranks call this when all states of the level are stored, and those of the next one are not. */
  readonly endLevel: (level: Level) => Promise<void>;
  /** Keeps the violations, each with the moves that begin in this rank's states. */
  readonly keepIn: (candidates: Candidates) => void;
}

/** A state as it is sent: its number before, and its words. */
type Moved = readonly [number: number, words: readonly number[]];

/** `found`: from the parts that this rank reads, with numbers of state-numbers.ts for as many ranks as there were. */
export async function movedParents(
  { ranks, store, thread, candidates }: Part,
  ranksBefore: number,
  found: readonly Candidate[],
): Promise<MovedParents> {
  const { memory, plan } = store.shared;
  const all = noCandidates(candidates.most);
  for (const bytes of await ranks.gather(packCandidates(found)))
    for (const candidate of unpackCandidates(bytes)) keep(all, candidate);
  /** By level, and then by rank, all as they were before. */
  const wanted = new Map<number, StateIndex[][]>();
  const before = { size: ranksBefore, rank: 0 };
  for (const candidate of allOf(all)) {
    const level = lastLevel(candidate);
    const byRank = wanted.get(level) ?? Array.from({ length: ranksBefore }, () => []);
    wanted.set(level, byRank);
    for (const { parent } of candidate.moves) at(byRank, rankOf(parent, before)).push(parent);
  }
  let read: Moved[] = [];
  /** By level, because states of different levels can have the same index, and so the same number. */
  const now = new Map<Level, Map<StateIndex, StateIndex>>();

  /** The state with these words, if it is in this level of this rank. */
  function find(level: Level, words: Uint32Array): StateIndex | undefined {
    const scratch = areaOf(plan, plan.workers) + plan.canonicalIn;
    new Uint32Array(memory.buffer, scratch, words.length).set(words);
    if (functionsOfRank(thread).owner(scratch | 0) !== ranks.rank) return undefined;
    for (let number = get(store.shared, "segments") - 1; number >= 0; number--) {
      const { first, end, level: own } = segment(store.shared, number);
      if (own < level) return undefined;
      for (let index = first; index < end; index++)
        if (compareWords(store.wordsOf(index), words) === 0) return stateIndex(index);
    }
    return undefined;
  }

  return {
    read(rank, { first, end, level }, states) {
      const byRank = wanted.get(level);
      if (byRank === undefined) return;
      for (const number of at(byRank, rank)) {
        const index = indexOf(number, before);
        if (index < first || index >= end) continue;
        const bytes = states.slice((index - first) * plan.stride, (index - first + 1) * plan.stride);
        read.push([number, [...new Uint32Array(bytes.buffer)]]);
      }
    },
    async endLevel(level) {
      if (!wanted.has(level)) return;
      const found = new Map<StateIndex, StateIndex>();
      now.set(level, found);
      for (const bytes of await ranks.gather(messagePack().pack(read)))
        for (const [number, words] of messagePack().unpack(bytes) as Moved[]) {
          const index = find(level, Uint32Array.from(words));
          if (index !== undefined) found.set(stateIndex(number), index);
        }
      read = [];
    },
    keepIn(into) {
      for (const candidate of allOf(all)) {
        const moves = candidate.moves.flatMap(({ parent, move }) => {
          const index = now.get(lastLevel(candidate))?.get(parent);
          return index === undefined ? [] : [{ parent: index, move }];
        });
        if (moves.length > 0) keep(into, { ...candidate, moves });
      }
    },
  };
}

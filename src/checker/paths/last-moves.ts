/**
 * The last moves of violations. A sleeping actor does not move in the search, so some of its moves into a state that
 * violates a property are not recorded, although other moves into the same state are. All of them belong to the shortest
 * paths, among which one is chosen to be shown.
 */

import { at, required } from "../../ir/lookup.ts";
import { noMove } from "../contract/packed-move.ts";
import type { LevelArchive } from "../disk/level-archive.ts";
import type { Store, StoreThread } from "../stores/store.ts";
import { type Candidate, type LastMove, rangeErrorBitNumber } from "../violations/violation-candidates.ts";
import { lastLevel } from "./trace-reconstruction.ts";
import { transitionsInto } from "./transitions-into.ts";

/** The same candidates, each with all its last moves. Call this when all workers have ended. */
export function withAllLastMoves(
  store: Store,
  thread: StoreThread,
  candidates: readonly Candidate[],
  archive: LevelArchive,
): readonly Candidate[] {
  return withMoves(candidates, lastMovesOf(store, thread, candidates, archive));
}

/** The last moves of each candidate that begin in the states of this store, if some of them may not have been recorded. */
export function lastMovesOf(
  store: Store,
  thread: StoreThread,
  candidates: readonly Candidate[],
  archive: LevelArchive,
): readonly (readonly LastMove[])[] {
  const found = new Map(candidates.map((candidate): [Candidate, LastMove[]] => [candidate, []]));
  // A step that violates a property by itself is recorded wherever it is possible.
  const entered =
    store.shared.plan.sleepersAt === undefined
      ? []
      : candidates.filter(({ bit, moves }) => bit !== rangeErrorBitNumber && moves.some(({ move }) => move !== noMove));
  for (const level of new Set(entered.map(lastLevel))) {
    if (level >= archive.levels) continue;
    const ending = entered.filter((candidate) => lastLevel(candidate) === level);
    const targets = ending.map(({ target }) => target);
    for (const { parent, move, mask, successor } of transitionsInto(store, thread, archive.bring(level), targets)) {
      const words = successor.join();
      for (const candidate of ending) {
        if (candidate.target.join() !== words || ((mask >> BigInt(candidate.bit)) & 1n) === 0n) continue;
        required(found.get(candidate), "the moves of a candidate").push({ parent, move });
      }
    }
  }
  return [...found.values()];
}

/** By candidate: the same with these moves too. */
export function withMoves(
  candidates: readonly Candidate[],
  more: readonly (readonly LastMove[])[],
): readonly Candidate[] {
  return candidates.map((candidate, position) => {
    const moves = [...candidate.moves];
    const isKnown = ({ parent, move }: LastMove): boolean =>
      moves.some((known) => known.parent === parent && known.move === move);
    for (const one of at(more, position)) if (!isKnown(one)) moves.push(one);
    return { ...candidate, moves };
  });
}

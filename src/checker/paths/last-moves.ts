/**
 * The last moves of violations. A sleeping actor does not move in the search, so some of its moves into a state that
 * violates a property are not recorded, although other moves into the same state are. All of them belong to the shortest
 * paths, among which one is chosen to be shown.
 */

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
  if (store.shared.plan.sleepersAt === undefined) return candidates;
  // A step that violates a property by itself is recorded wherever it is possible.
  const entered = candidates.filter(
    ({ bit, moves }) => bit !== rangeErrorBitNumber && moves.some(({ move }) => move !== noMove),
  );
  const found = new Map(entered.map((candidate) => [candidate, [...candidate.moves]]));
  for (const level of new Set(entered.map(lastLevel))) {
    const ending = entered.filter((candidate) => lastLevel(candidate) === level);
    const targets = ending.map(({ target }) => target);
    for (const { parent, move, mask, successor } of transitionsInto(store, thread, archive.bring(level), targets)) {
      const words = successor.join();
      for (const candidate of ending) {
        if (candidate.target.join() !== words || ((mask >> BigInt(candidate.bit)) & 1n) === 0n) continue;
        addMove(found.get(candidate), { parent, move });
      }
    }
  }
  return candidates.map((candidate) => ({ ...candidate, moves: found.get(candidate) ?? candidate.moves }));
}

function addMove(moves: LastMove[] | undefined, { parent, move }: LastMove): void {
  if (!moves?.some((known) => known.parent === parent && known.move === move)) moves?.push({ parent, move });
}

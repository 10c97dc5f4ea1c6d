/**
 * Finds the first livelocked state of a search on several ranks. If the store has notes of successors, they settle most
 * states. Then sweeps go from the deepest level to the first. At each
 * level a rank settles what it can alone. It expands the other states again, and asks the ranks to which their successors
 * belong whether those can finish. Most paths lead deeper, so one sweep settles nearly all states. Further sweeps expand
 * only the rest, until nothing changes.
 */

import { at } from "../../ir/lookup.ts";
import { levelOf } from "../contract/indices.ts";
import type { LevelArchive } from "../disk/level-archive.ts";
import { type Livelocked, leastOf } from "../livelock/first-livelocked.ts";
import type { SymmetryReduction } from "../violations/representative.ts";
import { type Asking, askSuccessors } from "./ask-successors.ts";
import { firstOfRanks } from "./first-of-ranks.ts";
import { numbersOfRanks, sumsOfRanks } from "./numbers-of-ranks.ts";
import type { SentStates } from "./sent-states.ts";
import { settleByNotes } from "./settle-by-notes.ts";

export async function firstLivelockedAcrossRanks(
  asking: Asking,
  sent: SentStates,
  reduction: SymmetryReduction,
  archive: LevelArchive,
): Promise<Livelocked | undefined> {
  const { ranks, store, finishing } = asking;
  const levels = Math.max(...(await numbersOfRanks(ranks, [archive.levels])).map(([own = 0]) => own));
  const { notes, isSettled, settle } = finishing;
  const canFinish = (place: number): number => (isSettled(place) ? 1 : 0);
  const learn = (parent: number, answer: number): void => {
    if (answer === 1) settle(parent);
  };
  const isFinal = notes !== undefined && (await settleByNotes(asking, notes, sent, levels - 1));
  /** By level: how many states of this rank are not known to finish; infinite if they were not counted yet. */
  let own = Array.from({ length: levels }, (_, level) =>
    notes === undefined ? Number.POSITIVE_INFINITY : level < archive.levels ? finishing.leave(levelOf(level), []) : 0,
  );
  let left = await sumsOfRanks(ranks, own);
  for (let before = -1; !isFinal && sum(left) > 0 && sum(left) !== before; ) {
    before = sum(left);
    own = new Array<number>(levels).fill(0);
    finishing.beginSweep();
    for (let level = levels - 1; level >= 0; level--) {
      if (at(left, level) === 0) continue;
      const ranges = level < archive.levels ? finishing.unsettled(levelOf(level)) : [];
      await askSuccessors(asking, ranges, canFinish, learn);
      if (level < archive.levels) own[level] = finishing.leave(levelOf(level), ranges);
    }
    left = await sumsOfRanks(ranks, own);
  }
  const first = left.findIndex((count) => count > 0);
  if (first < 0) return undefined;
  const rest = at(own, first) === 0 ? [] : finishing.left(levelOf(first));
  return firstOfRanks(ranks, leastOf(store, reduction, levelOf(first), rest));
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

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
import { expandAgain, type Finishing } from "../livelock/finishing.ts";
import { type Livelocked, leastOf } from "../livelock/first-livelocked.ts";
import { get, type SharedMemory } from "../memory/shared-memory.ts";
import type { StoreThread } from "../stores/store.ts";
import type { SymmetryReduction } from "../violations/representative.ts";
import { firstOfRanks } from "./first-of-ranks.ts";
import { type Noting, settleByNotes } from "./notes-across-ranks.ts";
import { numbersOfRanks, sumsOfRanks } from "./numbers-of-ranks.ts";
import { type Outgoing, outgoingOf } from "./outgoing.ts";
import { placesOf } from "./places-of.ts";

export async function firstLivelockedAcrossRanks(
  asking: Noting,
  reduction: SymmetryReduction,
  archive: LevelArchive,
): Promise<Livelocked | undefined> {
  const { ranks, store, finishing } = asking;
  const levels = Math.max(...(await numbersOfRanks(ranks, [archive.levels])).map(([own = 0]) => own));
  const { notes } = finishing;
  if (notes !== undefined) await settleByNotes(asking, notes);
  /** By level, of all ranks: how many states are not known to finish, or 1 if that was not counted yet. */
  let left = await sumsOfRanks(
    ranks,
    Array.from({ length: levels }, (_, level) =>
      notes === undefined ? 1 : level < archive.levels ? finishing.leave(levelOf(level), []) : 0,
    ),
  );
  if (left.every((count) => count === 0)) return undefined;
  for (let before = Number.POSITIVE_INFINITY; ; ) {
    const own = new Array<number>(levels).fill(0);
    finishing.beginSweep();
    for (let level = levels - 1; level >= 0; level--) {
      if (at(left, level) === 0) continue;
      const ranges = level < archive.levels ? finishing.unsettled(levelOf(level)) : [];
      await settleTogether(asking, ranges);
      if (level < archive.levels) own[level] = finishing.leave(levelOf(level), ranges);
    }
    left = await sumsOfRanks(ranks, own);
    const now = left.reduce((sum, count) => sum + count, 0);
    if (now === 0) return undefined;
    if (now === before) {
      const level = levelOf(left.findIndex((count) => count > 0));
      const rest = at(own, level) === 0 ? [] : finishing.left(level);
      return firstOfRanks(ranks, leastOf(store, reduction, level, rest));
    }
    before = now;
  }
}

async function settleTogether(asking: Noting, ranges: ReturnType<Finishing["unsettled"]>): Promise<void> {
  const { ranks, thread, finishing } = asking;
  const { shared } = asking.store;
  const outgoing = outgoingOf(shared);
  const batches = expandAgain(shared, finishing, ranges, thread.reach);
  for (let allDone = false; !allDone; ) {
    let isDone = false;
    while (!isDone && get(shared, "pause") === 0) isDone = batches.next().done === true;
    const asks = outgoing.states().some(({ length }) => length > 0);
    const all = await numbersOfRanks(ranks, [isDone ? 1 : 0, asks ? 1 : 0]);
    if (all.some(([, hasQuestions]) => hasQuestions === 1)) await ask(asking, outgoing);
    allDone = all.every(([done]) => done === 1);
  }
}

/** Asks about the states that wait to be sent, and settles their parents. Answers what others ask. */
async function ask({ ranks, store, thread, finishing }: Noting, outgoing: Outgoing): Promise<void> {
  const questions = await ranks.exchange(outgoing.states());
  const replies = await ranks.exchange(questions.map((states) => answer(store.shared, thread, finishing, states)));
  for (const [rank, answers] of replies.entries())
    for (let number = 0; number < answers.length; number++)
      if (answers[number] === 1) finishing.settle(outgoing.parent(rank, number));
  outgoing.clear();
}

/** By state: 1 if it can finish. */
function answer(shared: SharedMemory, thread: StoreThread, { isSettled }: Finishing, states: Uint8Array): Uint8Array {
  return Uint8Array.from(placesOf(shared, thread, states), (place) => (isSettled(place) ? 1 : 0));
}

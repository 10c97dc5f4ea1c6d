/** The nearest of the states from which a run never ends. */
import { type Level, stateIndex } from "../contract/indices.ts";
import type { Livelocked } from "../livelock/first-livelocked.ts";
import { compareWords } from "../violations/compare-words.ts";
import { targetOf } from "../violations/violation-candidates.ts";
import type { Explored } from "./explored.ts";

/**
 * Of the states in the first level from `start` on that has any, the least by its contents. `candidates` gives the indices of states
 * between two indices of one segment. `confirm` is asked only if the state would be the least.
 */
export function nearestState(
  { store, thread, reduction, archive }: Explored,
  start: Level,
  candidates: (first: number, end: number) => Iterable<number>,
  confirm: (words: Uint32Array) => boolean = () => true,
): Livelocked | undefined {
  for (let level = start; level < archive.levels; level++) {
    let least: Livelocked | undefined;
    for (const { first, end } of archive.bring(level)) {
      thread.reach(first, end);
      for (const index of candidates(first, end)) {
        const words = store.wordsOf(index);
        const target = targetOf(reduction, words);
        if (least !== undefined && compareTargets(target, least) >= 0) continue;
        if (confirm(words)) least = { index: stateIndex(index), level, ...target };
      }
    }
    if (least !== undefined) return least;
  }
  return undefined;
}

type Target = Pick<Livelocked, "representative" | "target">;

function compareTargets(a: Target, b: Target): number {
  return compareWords(a.representative, b.representative) || compareWords(a.target, b.target);
}

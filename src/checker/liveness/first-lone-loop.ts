/** The nearest state that is on a loop of one actor, for `ends-alone`. */
import { unpack } from "../../ir/layout.ts";
import { levelOf, stateIndex } from "../contract/indices.ts";
import type { Livelocked } from "../livelock/first-livelocked.ts";
import { compareWords } from "../violations/compare-words.ts";
import { targetOf } from "../violations/violation-candidates.ts";
import type { LoneLoops } from "./alone.ts";
import type { Explored } from "./explored.ts";

/** Of the states in the first level that has any, the least by its contents. */
export function firstLoneLoop(
  { store, thread: { functions, reach }, layout, reduction, archive }: Explored,
  loops: LoneLoops,
): Livelocked | undefined {
  const { goesOn } = functions;
  if (goesOn === undefined) return undefined;
  for (let level = levelOf(0); level < archive.levels; level++) {
    let least: Livelocked | undefined;
    for (const { first, end } of archive.bring(level)) {
      reach(first, end);
      for (let next = goesOn(first, end); next < end; next = goesOn(next + 1, end)) {
        const words = store.wordsOf(next);
        const target = targetOf(reduction, words);
        if (least !== undefined && compareTargets(target, least) >= 0) continue;
        if (loops.through(unpack(layout, words)) === undefined) continue;
        least = { index: stateIndex(next), level, ...target };
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

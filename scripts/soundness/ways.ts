/** The ways in which a scenario is searched. The first has no reduction, one thread and the exact store. */
import type { WayOptions } from "../check-specs/every-way.ts";
import type { Question } from "../library/runs.ts";
import type { Random } from "../library/seeded.ts";

export interface Way {
  readonly name: string;
  /** Searches with the same name here have the same counts. */
  readonly counted: string;
  readonly options: WayOptions;
}

const alone: WayOptions = { workers: 1, soloStates: Number.MAX_VALUE, stopWhen: "exhausted" };
/** All threads search from the first state on. */
const together: WayOptions = { ...alone, workers: 2, soloStates: 0 };

/**
 * Most of the time of such a search goes into generating its code. So not every scenario is searched in every way: only
 * those with violations also to the level of the first, one of three with each other store, and few on several threads.
 */
export function waysFor({ symmetries }: Question, random: Random): readonly Way[] {
  const reductions: readonly (readonly [counted: string, options: WayOptions])[] = [
    ["no reduction", {}],
    ...(symmetries.length === 0 ? [] : [["symmetry", { symmetric: true }] as const]),
  ];
  const each = (name: string, options: WayOptions, apart = ""): readonly Way[] =>
    reductions.map(([counted, reduced]) => ({
      name: `${counted}, ${name}`,
      counted: `${counted}${apart}`,
      options: { ...options, ...reduced },
    }));
  return [
    ...each("exact", alone),
    ...each("to the first violation", { ...alone, stopWhen: "first-violation-level" }, " to the first violation"),
    ...(random.chance(0.33) ? each("fingerprint", { ...alone, store: "fingerprint" }) : []),
    ...(random.chance(0.33) ? each("tree", { ...alone, store: "tree" }) : []),
    ...(random.chance(0.1) ? each("two threads", together) : []),
  ];
}

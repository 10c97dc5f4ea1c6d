/** The ways in which a scenario is searched. The first one has no reduction, one thread and the exact store. */
import type { WayOptions } from "../check-specs/every-way.ts";
import type { Question } from "../library/runs.ts";

export interface Way {
  readonly name: string;
  /** Those with the same name here count the same. */
  readonly counted: string;
  readonly options: WayOptions;
}

const alone: WayOptions = { workers: 1, soloStates: Number.MAX_VALUE, stopWhen: "exhausted" };
/** Threads from the first state on. */
const together: WayOptions = { ...alone, workers: 2, soloStates: 0 };

/** Starting threads takes longer than most of these searches, so few scenarios are searched by several. */
export function waysFor({ symmetries }: Question, severalThreads: boolean): readonly Way[] {
  const reductions: readonly (readonly [counted: string, options: WayOptions])[] = [
    ["no reduction", {}],
    ...(symmetries.length === 0 ? [] : [["symmetry", { symmetric: true }] as const]),
  ];
  const way = (counted: string, name: string, options: WayOptions): Way => ({
    name: `${counted}, ${name}`,
    counted,
    options,
  });
  return [
    ...reductions.map(([counted, reduced]) => way(counted, "exact", { ...alone, ...reduced })),
    ...reductions.map(([counted, reduced]) =>
      way(counted, "fingerprint", { ...alone, ...reduced, store: "fingerprint" }),
    ),
    ...reductions.map(([counted, reduced]) =>
      way(`${counted} to the first violation`, "exact", { ...alone, ...reduced, stopWhen: "first-violation-level" }),
    ),
    way("partial order", "exact", { ...alone, partialOrder: true }),
    ...(severalThreads
      ? reductions.map(([counted, reduced]) => way(counted, "two threads", { ...together, ...reduced }))
      : []),
  ];
}

/** What a change does to what a search finds. */
import type { Findings } from "./findings.ts";

export interface Difference {
  /** Properties that are violated only with the change, each with the steps of its shortest counterexample. */
  readonly bad: readonly { readonly property: string; readonly steps: number }[];
  /** Properties that are violated only without the change. */
  readonly good: readonly string[];
  /** Properties and `sometimes` that only the search without the change puts to the test. */
  readonly untested: readonly string[];
  /** Steps that only the search without the change reaches. */
  readonly unreached: readonly string[];
  /** Whether both searches explored everything: if not, what is missing above may still be there. */
  readonly complete: boolean;
}

export function differenceOf(before: Findings, after: Findings): Difference {
  const isNew = (name: string) => !(name in before.violated);
  return {
    bad: Object.entries(after.violated).flatMap(([property, steps]) => (isNew(property) ? [{ property, steps }] : [])),
    good: Object.keys(before.violated).filter((name) => !(name in after.violated)),
    // What is violated is put to the test.
    untested: after.untested.filter((name) => !before.untested.includes(name) && !(name in before.violated)),
    unreached: after.unreached.filter((step) => !before.unreached.includes(step)),
    complete: before.complete && after.complete,
  };
}

export function isSame({ bad, good, untested, unreached }: Difference): boolean {
  return bad.length + good.length + untested.length + unreached.length === 0;
}

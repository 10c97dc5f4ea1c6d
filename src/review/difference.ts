/** What a change does to what a search finds. */
import type { Findings } from "./findings.ts";

export interface Difference {
  /** Properties that are violated only with the change, each with the steps of its shortest counterexample. */
  readonly bad: readonly { readonly property: string; readonly steps: number }[];
  /** Properties that are violated only without the change. */
  readonly good: readonly string[];
  /** Properties and `sometimes` that only the search without the change puts to the test; empty if something turned bad. */
  readonly untested: readonly string[];
  /** Steps that only the search without the change reaches; empty if something turned bad. */
  readonly unreached: readonly string[];
  /** Whether both searches explored everything: if not, what is missing above may still be there. */
  readonly complete: boolean;
}

export function differenceOf(before: Findings, after: Findings): Difference {
  const isNew = (name: string) => !(name in before.violated);
  const bad = Object.entries(after.violated).flatMap(([property, steps]) =>
    isNew(property) ? [{ property, steps }] : [],
  );
  // A step that violates a property ends its path, so what comes later is missing only because of that.
  const lost = (names: readonly string[], had: (name: string) => boolean): readonly string[] =>
    bad.length > 0 ? [] : names.filter(had);
  return {
    bad,
    good: Object.keys(before.violated).filter((name) => !(name in after.violated)),
    // What is violated is put to the test.
    untested: lost(after.untested, (name) => !before.untested.includes(name) && !(name in before.violated)),
    // A step that the change brings was not reached before.
    unreached: lost(after.unreached, (name) => before.reached.includes(name)),
    complete: before.complete && after.complete,
  };
}

export function isSame({ bad, good, untested, unreached }: Difference): boolean {
  return bad.length + good.length + untested.length + unreached.length === 0;
}

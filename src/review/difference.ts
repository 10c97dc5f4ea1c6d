/** What a change does to what a search finds. */
import type { Findings } from "./findings.ts";

export interface Difference {
  /** Properties that are violated only with the change, each with the steps of its shortest counterexample. */
  readonly bad: readonly { readonly property: string; readonly steps: number }[];
  /** Properties that are violated only without the change, and hold with it. */
  readonly good: readonly string[];
  /** The same, but the search with the change did not come to its end: they may still be violated. */
  readonly open: readonly string[];
  /**
   * Properties and `sometimes` that only the search without the change puts to the test; empty if something turned bad, or if
   * the search with the change did not come to its end.
   */
  readonly untested: readonly string[];
  /** Steps that only the search without the change reaches; empty in the same cases. */
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
    bad.length > 0 || !after.complete ? [] : names.filter(had);
  const gone = Object.keys(before.violated).filter((name) => !(name in after.violated));
  return {
    bad,
    good: after.complete ? gone : [],
    open: after.complete ? [] : gone,
    // What is violated was tested.
    untested: lost(after.untested, (name) => !before.untested.includes(name) && !(name in before.violated)),
    // A step that the change brings was not reached before.
    unreached: lost(after.unreached, (name) => before.reached.includes(name)),
    complete: before.complete && after.complete,
  };
}

export function isSame({ bad, good, open, untested, unreached }: Difference): boolean {
  return bad.length + good.length + open.length + untested.length + unreached.length === 0;
}

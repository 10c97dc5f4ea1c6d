/** Compares the result of a search with symmetries with the result without. */
import { type Search, SearchFailure, type SearchResult, type Violation } from "../checker/contract/search-types.ts";
import type { Symmetry } from "../ir/program.ts";
import { asksAboutRuns, type Property } from "../ir/property.ts";

/**
 * A search that searches with symmetries and without, and compares. It returns the result of the search with symmetries.
 * If a limit stopped that before it found a violation, and the search without them found one, it returns the other one.
 * It rejects with a SearchFailure if the two contradict each other: one found a violation that the other must have found by
 * then, or another trace for it, or they differ in which premises were true.
 */
export function paranoid(search: Search): Search {
  return async (program, properties, options = {}) => {
    const reduced = await search(program, properties, options);
    const { symmetries = [] } = options;
    if (symmetries.length === 0 || reduced.bound === "signal") return reduced;
    // A checkpoint belongs to the reduced search.
    const { checkpoint: _, resumeFrom: __, ...others } = options;
    const whole = await search(program, properties, { ...others, symmetries: [] });
    for (const property of new Set([...reduced.violations, ...whole.violations].map((one) => one.property))) {
      const difference = differenceIn(property, properties, reduced, whole);
      if (difference !== undefined) throw new SearchFailure(contradiction(symmetries, difference));
    }
    const bothComplete = reduced.complete && whole.complete;
    if (bothComplete && JSON.stringify(reduced.tested) !== JSON.stringify(whole.tested))
      throw new SearchFailure(contradiction(symmetries, testedDifference(properties, reduced, whole)));
    return reduced.violations.length === 0 && whole.violations.length > 0 ? whole : reduced;
  };
}

function differenceIn(
  property: Violation["property"],
  properties: readonly Property[],
  reduced: SearchResult,
  whole: SearchResult,
): string | undefined {
  const [here, there] = [reduced, whole].map(({ violations }) => violations.find((one) => one.property === property));
  if (here !== undefined && there !== undefined && JSON.stringify(here) === JSON.stringify(there)) return undefined;
  const asked = property === "range-error" ? undefined : properties[property];
  // Whole runs are judged only when everything is explored.
  const known =
    asked !== undefined && asksAboutRuns(asked)
      ? ({ complete }: SearchResult) => (complete ? Number.POSITIVE_INFINITY : -1)
      : knownUpTo;
  const [length, other] = [here, there].map((one) => one?.steps.length ?? Number.POSITIVE_INFINITY) as [number, number];
  if (Math.min(length, other) > Math.min(known(reduced), known(whole))) return undefined;
  const name = asked?.name ?? "a value's range";
  return `with, ${sentence(name, here)}; without, ${sentence(name, there)}`;
}

function sentence(name: string, found: Violation | undefined): string {
  if (found === undefined) return `${name} is not violated`;
  const last = found.steps.at(-1);
  const where = last === undefined ? "" : ` (the last one is choice ${last.choice} at location ${last.location})`;
  return `${name} is violated after ${found.steps.length} steps${where}`;
}

/** A search would have found the shortest violation if it has at most so many steps. */
function knownUpTo({ complete, store, bound, depth, violations }: SearchResult): number {
  if (complete) return Number.POSITIVE_INFINITY;
  if (store === "bitstate") return -1;
  // The level of the first violation is searched to its end. That is uncertain for a level that a limit stopped.
  if (bound === undefined) return Math.min(...violations.map(({ steps }) => steps.length));
  return bound === "depth" ? depth : depth - 1;
}

function testedDifference(properties: readonly Property[], reduced: SearchResult, whole: SearchResult): string {
  const names = properties
    .filter((_, position) => JSON.stringify(reduced.tested[position]) !== JSON.stringify(whole.tested[position]))
    .map(({ name }) => name);
  return `${names.join(", ")} ${names.length === 1 ? "was" : "were"} tested in one of the two searches only`;
}

function contradiction(symmetries: readonly Symmetry[], difference: string): string {
  const names = symmetries.map(({ name, elements }) => `${name} ${elements.join(", ")}`).join("; ");
  return `searches with and without the symmetry of ${names} contradict each other: ${difference}`;
}

/** `--paranoid`: what a search finds with its reductions is compared with what it finds without. */
import { reducedSearch } from "../checker/reduced-search.ts";
import { search } from "../checker/search.ts";
import { SearchFailure, type SearchOptions, type SearchResult } from "../checker/search-types.ts";
import type { Program } from "../ir/program.ts";
import type { Property } from "../ir/property.ts";

/**
 * Gives the result of the search with reductions. Throws a SearchFailure where the one without differs in what is
 * violated, in a trace, or in what was put to the test. What a bound stopped is not compared.
 */
export async function paranoidSearch(
  program: Program,
  properties: readonly Property[],
  options: SearchOptions,
): Promise<SearchResult> {
  const reduced = await reducedSearch(program, properties, options);
  const uses = usesOf(options);
  if (uses.length === 0 || !reduced.complete) return reduced;
  // A checkpoint is one of the reduced search.
  const { checkpoint: _, resumeFrom: __, ...others } = options;
  const whole = await search(program, properties, { ...others, symmetries: [], partialOrder: false });
  if (!whole.complete) return reduced;
  for (const what of ["violations", "tested"] as const) {
    if (JSON.stringify(reduced[what]) === JSON.stringify(whole[what])) continue;
    throw new SearchFailure(`${uses.join(", and ")} changed the ${what}`);
  }
  return reduced;
}

function usesOf({ symmetries = [], partialOrder = false }: SearchOptions): readonly string[] {
  const names = symmetries.map(({ name, elements }) => `${name} ${elements.join(", ")}`).join("; ");
  return [
    ...(symmetries.length === 0 ? [] : [`searching one state for all that differ by an exchange (${names})`]),
    ...(partialOrder ? ["searching one order of steps that cannot disturb each other"] : []),
  ];
}

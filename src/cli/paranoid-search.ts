/** `--paranoid`: what a search finds with its reductions is compared with what it finds without. */
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
  const reduced = await search(program, properties, options);
  if (options.symmetries === undefined || options.symmetries.length === 0 || !reduced.complete) return reduced;
  // A checkpoint is one of the reduced search.
  const { checkpoint: _, resumeFrom: __, ...others } = options;
  const whole = await search(program, properties, { ...others, symmetries: [] });
  if (!whole.complete) return reduced;
  for (const what of ["violations", "tested"] as const) {
    if (JSON.stringify(reduced[what]) === JSON.stringify(whole[what])) continue;
    const names = options.symmetries.map(({ name, elements }) => `${name} ${elements.join(", ")}`).join("; ");
    throw new SearchFailure(`searching one state for all that differ by an exchange (${names}) changed the ${what}`);
  }
  return reduced;
}

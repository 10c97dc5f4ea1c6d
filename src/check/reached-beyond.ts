/** States that must be reachable, but are reachable only through steps that violate a property. */
import type { Search, SearchOptions, SearchResult } from "../checker/contract/search-types.ts";
import { at } from "../ir/lookup.ts";
import type { Program } from "../ir/program.ts";
import type { Property } from "../ir/property.ts";

/**
 * The names of those `missed` states that a search reaches if no property stops it. `found` is the search that missed
 * them.
 */
export async function reachedBeyond(
  search: Search,
  program: Program,
  missed: readonly Property[],
  found: Pick<SearchResult, "complete" | "violations">,
  options: SearchOptions,
): Promise<readonly string[]> {
  if (missed.length === 0 || !found.complete || found.violations.length === 0) return [];
  // A checkpoint belongs to the earlier search.
  const { checkpoint: _, resumeFrom: __, ...others } = options;
  const { tested } = await search(program, missed, { ...others, stopWhen: "exhausted" });
  return missed.filter((_, position) => at(tested, position).includes(true)).map(({ name }) => name);
}

/** States that must be reachable, and are so only by steps that violate a property. */
import type { SearchOptions, SearchResult } from "../checker/contract/search-types.ts";
import { search } from "../checker/search.ts";
import { at } from "../ir/lookup.ts";
import type { Program } from "../ir/program.ts";
import type { Property } from "../ir/property.ts";

/** Which of `missed` a search reaches that no property stops: their names. `found` is the search that missed them. */
export async function reachedBeyond(
  program: Program,
  missed: readonly Property[],
  found: Pick<SearchResult, "complete" | "violations">,
  options: SearchOptions,
): Promise<readonly string[]> {
  if (missed.length === 0 || !found.complete || found.violations.length === 0) return [];
  // A checkpoint is one of the search before.
  const { checkpoint: _, resumeFrom: __, ...others } = options;
  const { tested } = await search(program, missed, { ...others, stopWhen: "exhausted" });
  return missed.filter((_, position) => at(tested, position).includes(true)).map(({ name }) => name);
}

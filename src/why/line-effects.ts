/** Which effects of a step are lines that `why` and `npm run mutants` take away. */
import { effectsOf } from "../edits/effects.ts";
import type { Statements } from "../edits/statements.ts";

/**
 * Counters, references from elsewhere, and what is registered. An edit can also take away any other assignment and any
 * choice, such as an entry, the state of a PMD or a mark of a page. Scenarios do not look at each of those yet.
 */
const lines: ReadonlySet<string> = new Set(
  [
    ["rss_anon", "rss_file", "rss_swap", "pinned", "active_invalidate_ranges", "atomic_in_flight"],
    ["swap_cache", "page_cache", "gotten", "page_large_folio"],
    ["interval_sub", "device_tlb", "exit_state"],
  ]
    .flat()
    .map((variable) => `setting ${variable}`),
);

export function lineEffectsOf(body: Statements, actor: string): readonly string[] {
  return effectsOf(body, actor).filter((effect) => !/^(setting|choosing) /.test(effect) || lines.has(effect));
}

import type { FeatureChanges } from "./format.ts";

/** `with mmap-lock without restore-notifies, edited: drop zap_page_range: tlb_finish_mmu`, in parts. */
export function changesInWords({ with: on, without: off, edits = [] }: FeatureChanges): readonly string[] {
  return [
    ...on.map((feature) => ` with ${feature}`),
    ...off.map((feature) => ` without ${feature}`),
    ...(edits.length === 0 ? [] : [`, edited (${edits.join("; ")})`]),
  ];
}

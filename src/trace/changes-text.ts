import type { FeatureChanges } from "./format.ts";

/** `with mmap-lock without restore-notifies, edited: drop zap_page_range: tlb_finish_mmu`, in parts. */
export function changesInWords({ with: on, without: off, edits = [] }: FeatureChanges): readonly string[] {
  return [
    ...on.map((feature) => ` with ${feature}`),
    ...off.map((feature) => ` without ${feature}`),
    ...(edits.length === 0 ? [] : [`, edited (${edits.join("; ")})`]),
  ];
}

/** `with the feature mmap-lock added`, `with the feature restore-notifies taken away`, `edited (...)` */
export function changesInPlainWords({ with: on, without: off, edits = [] }: FeatureChanges): readonly string[] {
  const switched = (names: readonly string[], how: string) =>
    names.length === 0 ? [] : [`with the feature${names.length > 1 ? "s" : ""} ${names.join(" and ")} ${how}`];
  return [
    ...switched(on, "added"),
    ...switched(off, "taken away"),
    ...(edits.length === 0 ? [] : [`edited (${edits.join("; ")})`]),
  ];
}

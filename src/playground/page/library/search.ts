import type { Entry } from "./entries.ts";

/** The scenarios that contain every word; first those with most words in the name, then in the order of the list. */
export function searchEntries(entries: readonly Entry[], query: string): readonly Entry[] {
  const words = query.toLowerCase().match(/\S+/g) ?? [];
  const inName = ({ name }: Entry) => words.filter((word) => name.includes(word)).length;
  return entries
    .filter(({ haystack }) => words.every((word) => haystack.includes(word)))
    .map((entry) => ({ entry, rank: inName(entry) }))
    .sort((a, b) => b.rank - a.rank)
    .map(({ entry }) => entry);
}

/** One line instead of several: steps that a drawing only names or counts, because it has no room for all. */
import { count } from "../../text/quantities.ts";
import type { Entry } from "./entries.ts";
import type { Place } from "./rows.ts";

/** Whether an entry, at its position, may be folded. */
export type IsMinor = (entry: Entry, at: number) => boolean;

/** Minor steps of one actor in a row become one entry, without notes. `least`: how many become one. */
export function folded(entries: readonly Entry[], isMinor: IsMinor, least = 2): readonly Entry[] {
  const groups: { readonly isFolded: boolean; readonly entries: [Entry, ...Entry[]] }[] = [];
  for (const [at, entry] of entries.entries()) {
    const isFolded = entry.mark === undefined && entry.steps === 1 && isMinor(entry, at);
    const last = groups.at(-1);
    if (last?.isFolded === true && isFolded && last.entries[0].place.actor === entry.place.actor)
      last.entries.push(entry);
    else groups.push({ isFolded, entries: [entry] });
  }
  return groups.map(({ isFolded, entries: group }) => (isFolded && group.length >= least ? together(group) : group[0]));
}

/** Wider lists of names would not be read. */
const widestList = 36;

function together(group: readonly [Entry, ...Entry[]]): Entry {
  const list = group.map(({ text }) => text).join(", ");
  const text = list.length <= widestList ? `[${list}]` : `[${group.length} steps]`;
  return { ...group[0], names: "operation", text, notes: [], makers: [], steps: group.length };
}

/** Stands for the entries that are left out at the beginning. */
export function earlier(entries: readonly [Entry, ...Entry[]]): Entry {
  const steps = entries.reduce((sum, entry) => sum + entry.steps, 0);
  const text = `[${count(steps, "earlier step")}]`;
  return { ...entries[0], names: "nothing", text, notes: [], makers: [], mark: undefined, steps };
}

/** What an entry that is shown saw must be shown too. */
export function unlessSeen(entries: readonly Entry[], isMinor: IsMinor): IsMinor {
  const makers = new Set<Place>(entries.filter((entry, at) => !isMinor(entry, at)).flatMap((entry) => entry.makers));
  return (entry, at) => isMinor(entry, at) && !makers.has(entry.place);
}

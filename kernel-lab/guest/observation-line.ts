/** One observation as one line for a reader. */
import type { DeviceView, Ending, EntryView, Observation, PageView, ProcessView } from "../observation.ts";

export function observationLine(observation: Observation): string {
  const { ending, processes, pages, devices, complaints } = observation;
  return [
    endingWord(ending),
    ...Object.entries(processes).map(([name, process]) => `${name}: ${processWords(process)}`),
    ...Object.entries(pages).map(([number, page]) => `P${number}: ${pageWords(page)}`),
    ...Object.entries(devices).map(([name, views]) => `${name}: ${each(views, deviceWords)}`),
    ...complaints.map((complaint) => `the kernel says "${complaint}"`),
  ].join(" | ");
}

function endingWord(ending: Ending): string {
  switch (ending.kind) {
    case "done":
      return "done";
    case "error":
      return ending.errno;
    case "signal":
      return ending.signal;
  }
}

function processWords({ rssAnon, rssFile, swap, entries }: ProcessView): string {
  return `anon ${rssAnon}, file ${rssFile}, swap ${swap}, ${each(entries, entryWords)}`;
}

function entryWords({ kind, softDirty, uffdWp, page }: EntryView): string {
  const points = page === undefined ? "" : page === 0 ? " zero page" : ` P${page}`;
  return `${kind}${points}${softDirty ? " soft-dirty" : ""}${uffdWp ? " uffd-wp" : ""}`;
}

function pageWords({ mapcount, ...flags }: PageView): string {
  const set = Object.entries(flags).flatMap(([name, value]) => (value ? [name] : []));
  return [`mapcount ${mapcount}`, ...set].join(" ");
}

function deviceWords({ snapshot, huge, exclusive }: DeviceView): string {
  return `${snapshot}${huge ? " huge" : ""}${exclusive ? " exclusive" : ""}`;
}

function each<T>(views: Readonly<Record<string, T>>, words: (view: T) => string): string {
  return Object.entries(views)
    .map(([address, view]) => `${address} ${words(view)}`)
    .join(", ");
}

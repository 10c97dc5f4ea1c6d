/** Which row stands for a release of Linux, and what a row stands for, in words. */
import {
  all,
  type Exception,
  exceptions,
  lastMinors,
  readMinors,
  type StableRelease,
  takesReference,
  unread,
} from "./release-differences.ts";
import { type KernelVersion, kernelRows, type Release, releaseRows } from "./versions/rows.ts";

/** The rows of releases, oldest first, each with the last release that it stands for. */
const spans = releaseRows.map((row, position) => {
  const next = releaseRows[position + 1];
  return { ...row, to: next === undefined ? (row.readTo ?? row.from) : before(next.from) };
});

export type FoundRow =
  | { readonly row: KernelVersion; readonly note: string | undefined }
  | { readonly row: undefined; readonly reason: string };

/** The row for its own name, or for a release such as `v6.12` or `6.12.3`; undefined if the text is neither. */
export function rowFor(text: string): FoundRow | undefined {
  const named = kernelRows.find(({ name }) => name === text);
  if (named !== undefined) return { row: named.name, note: undefined };
  const [, major, minor, patch] = /^v?(\d{1,3})\.(\d{1,3})(?:\.(\d{1,4}))?$/.exec(text) ?? [];
  if (major === undefined) return undefined;
  const release: StableRelease = [Number(major), Number(minor), Number(patch ?? 0)];
  const last = lastMinors.get(release[0]);
  if (last !== undefined && release[1] > last) {
    const [next, before] = [`v${release[0] + 1}.0`, `v${release[0]}.${last}`];
    return { row: undefined, reason: `There is no such release: ${next} came after ${before}.` };
  }
  return inTable(text, release);
}

function inTable(text: string, release: StableRelease): FoundRow {
  const holds = (from: StableRelease, to: StableRelease) => order(from, release) <= 0 && order(release, to) <= 0;
  const span = spans.find(({ from, to }) => holds([...from, 0], [...to, all]));
  if (span === undefined) return { row: undefined, reason: whyNone(release) };
  if (unread.some(([from, to]) => holds(from, to))) {
    const reason = `Some of these releases have ${takesReference}, but it is not known which: choose v6.4 for one that has it, v5.14 for one that does not.`;
    return { row: undefined, reason };
  }
  const exception = exceptions.find(({ from, to }) => holds(from, to));
  const row = exception?.row ?? span.name;
  const besides = exception === undefined ? "" : `; ${difference(exception)}`;
  const [major, minor] = release;
  const isRead = readMinors.some((read) => read[0] === major && read[1] === minor);
  const inferred = isRead ? "" : ` (no source of ${major}.${minor} was read for the model)`;
  return { row, note: `${text} is checked as ${row}, which stands for ${standsFor(row)}${inferred}${besides}` };
}

function whyNone(release: StableRelease): string {
  const [oldest, newest] = [spans[0], spans.at(-1)];
  if (oldest === undefined || newest === undefined) throw new Error("no row stands for a release");
  if (order(release, [...oldest.from, 0]) < 0) return `Device-exclusive access came with ${oldest.name}.`;
  return `The newest release that the model knows is v${newest.to.join(".")}, for which the row ${newest.name} stands.`;
}

function difference({ but, without = [], with: added = [] }: Exception): string {
  const options = [...without.map((name) => `--without ${name}`), ...added.map((name) => `--with ${name}`)];
  return options.length === 0 ? but : `${but}: add ${options.join(" ")}`;
}

/** What a row is, in a few words: `Linux 5.14 to 6.2`. Undefined if there is no such row. */
export function shortly(name: string): string | undefined {
  const row = kernelRows.find((one) => one.name === name);
  if (row === undefined || "short" in row) return row?.short;
  const span = spans.find((one) => one.name === row.name);
  return span && `Linux ${rangeOf(span)}`;
}

/** The releases that a row stands for, in words. */
export function standsFor(name: KernelVersion): string {
  const span = spans.find((row) => row.name === name);
  if (span === undefined) return "no release";
  return span.besides === undefined ? rangeOf(span) : `${rangeOf(span)}, and ${span.besides}`;
}

function rangeOf(span: { readonly from: Release; readonly to: Release }): string {
  const [from, to] = [span.from.join("."), span.to.join(".")];
  return from === to ? from : `${from} to ${to}`;
}

/** The release before another. */
function before([major, minor]: Release): Release {
  if (minor > 0) return [major, minor - 1];
  const last = lastMinors.get(major - 1);
  if (last === undefined) throw new Error(`the last release before ${major}.0 is not known`);
  return [major - 1, last];
}

function order(one: StableRelease, other: StableRelease): number {
  return one[0] - other[0] || one[1] - other[1] || one[2] - other[2];
}

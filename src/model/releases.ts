/**
 * Which row stands for a release of Linux, and what the release has besides. Known from: the pull request of 2023-04-07
 * for v6.3-rc, the review of 5.15.107-rc1, the trees of 6.1.192, of 6.12.117 and of releases up to 7.1.5. 6.15 itself
 * was not read; 6.14 and 6.18 were.
 */
import type { FeatureName } from "./features/catalogue.ts";
import { type KernelVersion, kernelRows, type Release, type ReleaseVersion, releaseRows } from "./versions/rows.ts";

/** The last minor release of a major one; the newest major release has more to come. */
const lastMinors: ReadonlyMap<number, number> = new Map([
  [5, 19],
  [6, 19],
]);

/** The rows of releases, oldest first, each with the last release that it stands for. */
const spans = releaseRows.map((row, position) => {
  const next = releaseRows[position + 1];
  return { ...row, to: next === undefined ? (row.readTo ?? row.from) : before(next.from) };
});

type StableRelease = readonly [major: number, minor: number, patch: number];

/** Releases that differ from the row that stands for them. */
interface Exception {
  readonly from: StableRelease;
  readonly to: StableRelease;
  /** Another row than the one whose turn it is. */
  readonly row?: ReleaseVersion;
  /** What is different, in words, and as features that the row has or lacks. */
  readonly but: string;
  readonly without?: readonly FeatureName[];
  readonly with?: readonly FeatureName[];
}

const all = Number.POSITIVE_INFINITY;
const takesReference = "commit 7c7b962938dd (a fault takes a reference first)";

/** The first that holds a release counts. */
const exceptions: readonly Exception[] = [
  {
    from: [5, 15, 107],
    to: [5, 15, all],
    but: `it has ${takesReference}`,
    with: ["fault-takes-page-reference"],
  },
  {
    from: [6, 1, 192],
    to: [6, 1, all],
    row: "v6.4",
    but: "it has later corrections",
    without: ["zap-expects-anonymous-vma"],
    with: ["mremap-clears-uffd-wp"],
  },
  {
    from: [6, 12, 117],
    to: [6, 12, all],
    but: "it has later corrections",
    without: ["zap-expects-anonymous-vma"],
    with: ["mremap-clears-uffd-wp", "uprobe-skips-exclusive", "migration-keeps-soft-dirty"],
  },
  {
    from: [5, 19, 0],
    to: [6, 2, all],
    but: "it knows PG_anon_exclusive, as v6.4 does: where that matters, v6.4 --without fault-takes-page-reference is nearer",
  },
  {
    from: [7, 1, 0],
    to: [7, 1, all],
    but: "it does not warn where a copy in a private file mapping is zapped",
    without: ["zap-expects-anonymous-vma"],
  },
];

/** Stable releases some of which have the commit that a row begins with. */
const unread: readonly (readonly [from: StableRelease, to: StableRelease])[] = [
  [
    [6, 1, 1],
    [6, 1, 191],
  ],
  [
    [6, 2, 1],
    [6, 2, all],
  ],
];

export type FoundRow =
  | { readonly row: KernelVersion; readonly note: string | undefined }
  | { readonly row: undefined; readonly reason: string };

/** The row for its own name, or for a release such as `v6.12` or `6.12.3`; undefined where the text is neither. */
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
    const reason = `Some of these releases have ${takesReference}, and it was not read which: choose v6.4 with it, v5.14 without.`;
    return { row: undefined, reason };
  }
  const exception = exceptions.find(({ from, to }) => holds(from, to));
  const row = exception?.row ?? span.name;
  const besides = exception === undefined ? "" : `; ${difference(exception)}`;
  return { row, note: `${text} is checked as ${row}, which stands for ${standsFor(row)}${besides}` };
}

function whyNone(release: StableRelease): string {
  const [oldest, newest] = [spans[0], spans.at(-1)];
  if (oldest === undefined || newest === undefined) throw new Error("no row stands for a release");
  if (order(release, [...oldest.from, 0]) < 0) return `Device-exclusive access came with ${oldest.name}.`;
  return `The newest that the model knows is v${newest.to.join(".")}, for which the row ${newest.name} stands.`;
}

function difference({ but, without = [], with: added = [] }: Exception): string {
  const options = [...without.map((name) => `--without ${name}`), ...added.map((name) => `--with ${name}`)];
  return options.length === 0 ? but : `${but}: add ${options.join(" ")}`;
}

/** The releases that a row stands for, in words. */
export function standsFor(name: KernelVersion): string {
  const span = spans.find((row) => row.name === name);
  if (span === undefined) return "no release";
  const [from, to] = [span.from.join("."), span.to.join(".")];
  const releases = from === to ? from : `${from} to ${to}`;
  return span.besides === undefined ? releases : `${releases}, and ${span.besides}`;
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

/**
 * Which releases of Linux each row of the model stands for. A row is named after the first release that it is about; the
 * ranges say where the next one begins, and what of a release the row does not have.
 */
import type { KernelVersion } from "./versions.ts";

export interface KernelRow {
  readonly name: KernelVersion;
  /** The releases that it stands for. */
  readonly range: string;
  readonly sentence: string;
}

export const kernelRows: readonly KernelRow[] = [
  {
    name: "v8",
    range: "no release",
    sentence: "The patch series as posted on 2021-04-07, never merged in this form: fork() waits for the page lock.",
  },
  {
    name: "v5.14",
    range: "5.14 to 6.2, and stable releases of them without commit 7c7b962938dd",
    sentence: "As merged: a fault locks an exclusive page without a reference, and fork() fails instead of waiting.",
  },
  {
    name: "v6.4",
    range: "6.3 to 6.14, and 6.1.y with commit 7c7b962938dd",
    sentence:
      "A fault takes a reference before it locks the page, and pages know whether they are one mapping's alone.",
  },
  {
    name: "v6.15",
    range: "6.15 to 7.1",
    sentence: "make_device_exclusive() changes the one entry asked for, and exclusive entries keep their mapcount.",
  },
];

/** Major, minor and patch level. */
type Release = readonly [number, number, number];

interface Range {
  readonly from: Release;
  readonly to: Release;
  /** Undefined where it is not known in which release a row gives way to the next one. */
  readonly row: KernelVersion | undefined;
  /** What the row does not have. */
  readonly but?: string;
}

const all = Number.POSITIVE_INFINITY;
const lacks = "commit 7c7b962938dd (a fault takes a reference first)";

/**
 * The first that holds a release counts. Known from: the pull request of 2023-04-07 for v6.3-rc, the review of
 * 5.15.107-rc1, the trees of 6.1.192, of 6.12.117 and of releases up to 7.1.5. 6.15 itself was not read; 6.14 and 6.18 were.
 */
const ranges: readonly Range[] = [
  {
    from: [5, 15, 107],
    to: [5, 15, all],
    row: "v5.14",
    but: `it has ${lacks}: add --with fault-takes-page-reference`,
  },
  {
    from: [6, 1, 192],
    to: [6, 1, all],
    row: "v6.4",
    but: "it has later corrections: add --without zap-expects-anonymous-vma --with mremap-clears-uffd-wp",
  },
  {
    from: [6, 12, 117],
    to: [6, 12, all],
    row: "v6.4",
    but: "it has later corrections: add --without zap-expects-anonymous-vma --with mremap-clears-uffd-wp --with uprobe-skips-exclusive --with migration-keeps-soft-dirty",
  },
  { from: [6, 1, 1], to: [6, 1, 191], row: undefined },
  { from: [6, 2, 1], to: [6, 2, all], row: undefined },
  { from: [5, 14, 0], to: [5, 18, all], row: "v5.14" },
  {
    from: [5, 19, 0],
    to: [6, 2, all],
    row: "v5.14",
    but: "it knows PG_anon_exclusive, as v6.4 does: where that matters, v6.4 --without fault-takes-page-reference is nearer",
  },
  { from: [6, 3, 0], to: [6, 14, all], row: "v6.4" },
  { from: [6, 15, 0], to: [7, 0, all], row: "v6.15" },
  {
    from: [7, 1, 0],
    to: [7, 1, all],
    row: "v6.15",
    but: "it does not warn where a copy in a private file mapping is zapped: add --without zap-expects-anonymous-vma",
  },
];

export type FoundRow =
  | { readonly row: KernelVersion; readonly note: string | undefined }
  | { readonly row: undefined; readonly reason: string };

/** The last minor release of a major one; of those that are not listed none is over. */
const lastMinor: ReadonlyMap<number, number> = new Map([
  [5, 19],
  [6, 19],
]);

/** The row for its own name, or for a release such as `v6.12` or `6.12.3`; undefined where the text is neither. */
export function rowFor(text: string): FoundRow | undefined {
  const named = kernelRows.find(({ name }) => name === text);
  if (named !== undefined) return { row: named.name, note: undefined };
  const [, major, minor, patch] = /^v?(\d{1,3})\.(\d{1,3})(?:\.(\d{1,4}))?$/.exec(text) ?? [];
  if (major === undefined) return undefined;
  const release: Release = [Number(major), Number(minor), Number(patch ?? 0)];
  const last = lastMinor.get(release[0]);
  if (last !== undefined && release[1] > last)
    return {
      row: undefined,
      reason: `There is no such release: v${release[0] + 1}.0 came after v${release[0]}.${last}.`,
    };
  const found = ranges.find(({ from, to }) => order(from, release) <= 0 && order(release, to) <= 0);
  if (found !== undefined) return inRange(text, found);
  const newest = ranges.at(-1)?.to ?? [0, 0];
  const reason =
    order(release, [5, 14, 0]) < 0
      ? "Device-exclusive access came with v5.14."
      : `The newest that the model knows is v${newest[0]}.${newest[1]}, for which the row v6.15 stands.`;
  return { row: undefined, reason };
}

function inRange(text: string, { row, but }: Range): FoundRow {
  if (row === undefined) {
    const reason = `Some of these releases have ${lacks}, and it was not read which: choose v6.4 with it, v5.14 without.`;
    return { row, reason };
  }
  const { range } = kernelRows.find(({ name }) => name === row) ?? { range: "" };
  const note = `${text} is checked as ${row}, which stands for ${range}${but === undefined ? "" : `; ${but}`}`;
  return { row, note };
}

function order(one: Release, other: Release): number {
  return one[0] - other[0] || one[1] - other[1] || one[2] - other[2];
}

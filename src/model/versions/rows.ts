/**
 * The kernels that the model knows, in order. There is a row for each release of Linux that brought a change, named
 * after the first release that it stands for. There is also a row for a patch under review, placed before the release
 * for which the patch was written. The changes themselves are in ../features.
 */

/** Major and minor: [6, 15] is Linux 6.15. */
export type Release = readonly [major: number, minor: number];

interface ReleaseRow {
  readonly name: `v${number}.${number}`;
  /**
   * The first release that the row stands for. The last one is the release before the first release of the next row.
   */
  readonly from: Release;
  /** For the newest row: the last release whose source was read. */
  readonly readTo?: Release;
  /** What else the row stands for. */
  readonly besides?: string;
  readonly sentence: string;
}

/** A patch stands for no release, and no range of releases includes it. */
interface PatchRow {
  readonly name: string;
  /** The release whose features the patch has, unless a feature says something else. */
  readonly on: string;
  /** What it is, in a few words. */
  readonly short: string;
  readonly sentence: string;
}

const table = [
  {
    name: "v8",
    on: "v5.14",
    short: "the series as posted in 2021",
    sentence: "The patch series as posted on 2021-04-07, never merged in this form: fork() waits for the page lock.",
  },
  {
    name: "v5.14",
    from: [5, 14],
    besides: "stable releases of these without commit 7c7b962938dd",
    sentence: "As merged: a fault locks an exclusive page without a reference, and fork() fails instead of waiting.",
  },
  {
    name: "v6.4",
    from: [6, 3],
    besides: "6.1.y with commit 7c7b962938dd",
    sentence:
      "A fault takes a reference before it locks the page, and a page records whether it belongs to one mapping alone.",
  },
  {
    name: "v6.15",
    from: [6, 15],
    sentence: "make_device_exclusive() changes only the requested entry, and exclusive entries keep their mapcount.",
  },
  {
    name: "v7.1",
    from: [7, 1],
    readTo: [7, 1],
    sentence:
      "Zapping no longer warns about exclusive copies of file pages, MADV_DONTNEED and MADV_FREE take the lock of the VMA, and removing a uprobe changes the page in place.",
  },
] as const satisfies readonly (ReleaseRow | PatchRow)[];

type Row = (typeof table)[number];
export type KernelVersion = Row["name"];
/** A row that stands for releases. */
export type ReleaseVersion = Exclude<Row, PatchRow>["name"];

export type KernelRow =
  | (ReleaseRow & { readonly name: ReleaseVersion })
  | (PatchRow & { readonly name: KernelVersion; readonly on: ReleaseVersion });

export const kernelRows: readonly KernelRow[] = table;
export const kernelVersions: readonly KernelVersion[] = table.map(({ name }) => name);

/** The rows that stand for releases, oldest first. */
export const releaseRows = kernelRows.filter((row) => "from" in row);
export const releaseVersions: readonly ReleaseVersion[] = releaseRows.map(({ name }) => name);

const last = releaseVersions.at(-1);
if (last === undefined) throw new Error("no row stands for a release");
/** The row for the newest releases. */
export const newestRelease: ReleaseVersion = last;

/** The release whose features a row has. A release has its own. */
export function releaseOf(row: KernelRow): ReleaseVersion {
  return "on" in row ? row.on : row.name;
}

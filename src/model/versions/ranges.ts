/**
 * Ranges of releases, as scenarios write them: `v6.4+` is v6.4 and every later row, rows yet to be added too;
 * `v5.14..v6.4` is v5.14, v6.4 and every row between. A patch is in no range.
 */
import {
  type KernelVersion,
  kernelRows,
  kernelVersions,
  newestRelease,
  type ReleaseVersion,
  releaseVersions,
} from "./rows.ts";

type KernelRange = `${ReleaseVersion}+` | `${ReleaseVersion}..${ReleaseVersion}`;
/** A row's name or a range. */
export type KernelKey = KernelVersion | KernelRange;

const openRanges = releaseVersions.map((from, first) => [`${from}+`, releaseVersions.slice(first)] as const);
const closedRanges = releaseVersions.flatMap((from, first) =>
  releaseVersions
    .map((to, last) => [`${from}..${to}`, releaseVersions.slice(first, last + 1)] as const)
    .filter(([, rows]) => rows.length > 1),
);
const rowsByKey: ReadonlyMap<string, readonly KernelVersion[]> = new Map<KernelKey, readonly KernelVersion[]>([
  ...kernelVersions.map((kernel) => [kernel, [kernel]] as const),
  ...openRanges,
  ...closedRanges,
]);

export const kernelRanges: readonly KernelRange[] = [...openRanges, ...closedRanges].map(([range]) => range);

/** Whether it is a row's name, or a range that begins before it ends. */
export function isKernelKey(text: string): text is KernelKey {
  return rowsByKey.has(text);
}

/** The rows that a key names, in order. Throws if it is a range that ends before it begins. */
export function kernelsIn(key: KernelKey): readonly KernelVersion[] {
  const rows = rowsByKey.get(key);
  if (rows === undefined) throw new Error(`${key} is no range`);
  return rows;
}

/** The fewest names and ranges that have these rows and no others, in order. Rows up to the newest are an open range. */
export function inRanges(kernels: Iterable<KernelVersion>): readonly KernelKey[] {
  const asked = new Set(kernels);
  const found: KernelKey[] = [];
  let first: ReleaseVersion | undefined;
  for (const row of kernelRows) {
    if (!asked.has(row.name)) continue;
    if ("on" in row) {
      found.push(row.name);
      continue;
    }
    first ??= row.name;
    const next = releaseVersions[releaseVersions.indexOf(row.name) + 1];
    if (next !== undefined && asked.has(next)) continue;
    found.push(rangeFrom(first, row.name));
    first = undefined;
  }
  return found;
}

function rangeFrom(first: ReleaseVersion, last: ReleaseVersion): KernelKey {
  if (last === newestRelease) return `${first}+`;
  return first === last ? first : `${first}..${last}`;
}

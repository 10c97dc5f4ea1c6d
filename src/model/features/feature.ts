/** A difference between kernels under a name of its own: what it is, where that is known from, which kernels have it. */
import { type KernelVersion, kernelRows, type ReleaseVersion, releaseOf, releaseVersions } from "../versions/rows.ts";

/**
 * Without `since` and `until` it is a part of the protocol that every kernel has, named so that a scenario can take it
 * away. A patch has what the release has that it was written for.
 */
export interface Feature<Name extends string = string> {
  readonly name: Name;
  readonly sentence: string;
  readonly source: string;
  /** The first release that has it; "never" if no release has. */
  readonly since?: ReleaseVersion | "never";
  /** The first release that no longer has it. */
  readonly until?: ReleaseVersion;
  /** Rows that have it although `since` and `until` say that they do not: a patch, or a stable series. */
  readonly also?: readonly KernelVersion[];
  /** Rows that do not have it although `since` and `until` say that they do. */
  readonly except?: readonly KernelVersion[];
}

/** The rows that have the feature, in order. */
export function kernelsWith(feature: Feature): readonly KernelVersion[] {
  const { also = [], except = [] } = feature;
  return kernelRows
    .filter((row) => also.includes(row.name) || (isIn(feature, releaseOf(row)) && !except.includes(row.name)))
    .map(({ name }) => name);
}

function isIn({ since, until }: Feature, release: ReleaseVersion): boolean {
  if (since === "never") return false;
  const at = releaseVersions.indexOf(release);
  const isBegun = since === undefined || releaseVersions.indexOf(since) <= at;
  const isOver = until !== undefined && releaseVersions.indexOf(until) <= at;
  return isBegun && !isOver;
}

/** Whether it is a part of the protocol that no row is without. */
export function isInEveryKernel(feature: Feature): boolean {
  return kernelsWith(feature).length === kernelRows.length;
}

/** "all kernels", "v6.4, v6.15", "no kernel". */
export function kernelsInWords(feature: Feature): string {
  if (isInEveryKernel(feature)) return "all kernels";
  return kernelsWith(feature).join(", ") || "no kernel";
}

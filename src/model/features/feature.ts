/** A difference between kernels, under its own name: what it is, how this is known, and which kernels have it. */
import {
  type KernelVersion,
  kernelRows,
  type Release,
  type ReleaseVersion,
  releaseOf,
  releaseVersions,
} from "../versions/rows.ts";

/**
 * Without `since` and `until` the feature is a part of the protocol that every kernel has; it has a name so that a
 * scenario can switch it off. A patch has the features of the release for which it was written.
 */
export interface Feature<Name extends string = string> {
  readonly name: Name;
  readonly sentence: string;
  readonly source: string;
  /** The first release with the feature; "never" if no release has it. */
  readonly since?: ReleaseVersion | "never";
  /** The release of Linux that brought the feature, if it is not the first one of the row `since`. */
  readonly release?: Release;
  /** The first release that no longer has the feature. */
  readonly until?: ReleaseVersion;
  /** Rows that have the feature although `since` and `until` exclude them: a patch, or a stable series. */
  readonly also?: readonly KernelVersion[];
  /** Rows that do not have the feature although `since` and `until` include them. */
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

/** Whether the feature is a part of the protocol that every row has. */
export function isInEveryKernel(feature: Feature): boolean {
  return kernelsWith(feature).length === kernelRows.length;
}

/** The release that brought a feature, as Linux numbers it; "none" if no release has it. */
export function releaseWith({ since, release }: Feature): string {
  const row = kernelRows.find(({ name }) => name === since);
  const from = release ?? (row !== undefined && "from" in row ? row.from : undefined);
  return from?.join(".") ?? "none";
}

/** "all kernels", "v6.4, v6.15", "no kernel". */
export function kernelsInWords(feature: Feature): string {
  if (isInEveryKernel(feature)) return "all kernels";
  return kernelsWith(feature).join(", ") || "no kernel";
}

/** Describes the error in a key of "kernels" that is neither a version nor a range of versions. */
import { rowFor } from "../model/releases.ts";
import { isKernelKey, kernelRanges } from "../model/versions/ranges.ts";
import { kernelVersions, releaseVersions } from "../model/versions/rows.ts";
import { didYouMean } from "../text/did-you-mean.ts";
import { typedCommand } from "../text/typed-command.ts";
import type { Notice } from "./source-file.ts";
import { meantHint, quote } from "./wording.ts";

const [oldest = ""] = releaseVersions;

export function mistakeInKernelKey(key: string): Notice {
  const parts = /^(?<from>.*?)(?<sign>\+|\.\.)(?<to>.*)$/s.exec(key)?.groups;
  if (parts === undefined)
    return unknownVersion(key, rowHint(key) ?? meantHint(key, [...kernelVersions, ...kernelRanges]));
  const { from = "", sign, to = "" } = parts;
  const meant = sign === "+" && to === "" ? `${nearest(from)}+` : between(from, to);
  const hint = isKernelKey(meant) ? `did you mean ${quote(meant)}?` : undefined;
  const ends = [from, to].filter((end) => end !== "");
  const unknown = ends.find((end) => !isKernel(end));
  if (unknown !== undefined) return unknownVersion(unknown, hint);
  const patch = ends.find((end) => !isRelease(end));
  if (patch !== undefined)
    return badRange(`${quote(patch)} is a patch and belongs to no range; expected a key for it alone`);
  if (from !== "" && from === to) return badRange(`${quote(key)} is one version; expected ${quote(from)}`);
  const isReversed = ends.length === 2 && sign === "..";
  if (isReversed) return badRange(`${quote(key)} ends before it begins`, `did you mean ${quote(between(to, from))}?`);
  return badRange(`${quote(key)} is not a range; expected one such as ${quote(`${oldest}+`)}`, hint);
}

function unknownVersion(name: string, hint: string | undefined): Notice {
  const elsewhere = hint === undefined ? `; \`${typedCommand("list kernels")}\` lists all of them` : "";
  const message = `there is no kernel version ${quote(name)}${elsewhere}`;
  return { code: "spec/unknown-kernel", message, hint };
}

function badRange(message: string, hint?: string): Notice {
  return { code: "spec/bad-range", message, hint };
}

/** The range that the user probably meant. A missing end is the oldest or the newest release. */
function between(from: string, to: string): string {
  if (to === "") return `${nearest(from)}+`;
  return `${from === "" ? oldest : nearest(from)}..${nearest(to)}`;
}

/** The row that the user probably meant: the row that stands for the release, or one with a similar name. */
function nearest(end: string): string {
  return rowFor(end)?.row ?? didYouMean(end, releaseVersions) ?? end;
}

/** A hint for a release that a row of the model stands for. */
function rowHint(key: string): string | undefined {
  const row = rowFor(key)?.row;
  return row === undefined ? undefined : `${quote(row)} stands for it`;
}

function isKernel(text: string): boolean {
  return kernelVersions.some((kernel) => kernel === text);
}

function isRelease(text: string): boolean {
  return releaseVersions.some((release) => release === text);
}

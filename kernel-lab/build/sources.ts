/** Debian's archives of the kernels' sources, and their checksums. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { LabError } from "../lab-error.ts";
import { type TreeName, trees } from "./trees.ts";

export function archiveOf(tree: TreeName): string {
  return `/usr/src/linux-source-${tree}.tar.xz`;
}

/** SHA-256 of an archive, by the version of the package that it came with. */
const knownSums: Readonly<Record<TreeName, Readonly<Record<string, string>>>> = {
  "6.1": { "6.1.192-3": "cacdc3830989309d042083be3307969e55600ed7f908cf00df544c5ff50759a1" },
  "6.12": { "6.12.117-1~deb12u1": "585a4a074597aefa2b1a68ada83a3184ba351c127544dea80618bbcceaa3961f" },
};

export async function sumOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

/**
 * Compares an archive's sum with the one recorded for its package's version. Throws a LabError if they differ. A version
 * without a recorded sum is a warning: Debian replaces its packages by newer point releases.
 */
export function checkSum(tree: TreeName, version: string, sum: string, warn: (text: string) => void): void {
  const sums = knownSums[tree];
  const expected = sums[version];
  if (expected === undefined)
    warn(
      `linux-source-${tree} ${version} is not a version that was read (${Object.keys(sums).join(", ")}): what kernel-lab/build/trees.ts says of ${trees[tree].release} may not hold for it`,
    );
  else if (expected !== sum)
    throw new LabError(
      `${archiveOf(tree)} is not the file of linux-source-${tree} ${version}: its SHA-256 is ${sum}, not ${expected}. Install the package again`,
    );
}

import { join } from "node:path";
import type { KeptFindings } from "./base-cache.ts";
import type { Findings } from "./findings.ts";
import { keep, kept } from "./kept-files.ts";

/** Findings in the files of a folder, which is safe to delete. */
export function findingsIn(folder: string): KeptFindings {
  // The number counts the forms of findings: a file of an older form is not read.
  const fileOf = (identity: string): string => join(folder, `${identity}-3.json`);
  return {
    kept: (identity) => kept(fileOf(identity)) as Findings | undefined,
    keep: (identity, findings) => keep(fileOf(identity), findings),
  };
}

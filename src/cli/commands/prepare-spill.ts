/** `--spill-dir` */
import { accessSync, constants, statSync } from "node:fs";
import { usageError } from "../../diagnostics/usage-error.ts";
import { UnusableFile } from "../../files/input-file.ts";
import { reasonOf } from "../../files/system-errors.ts";
import type { CheckOptions } from "../options/check-options.ts";

export function prepareSpill({ store, spillDir, checkpoint }: CheckOptions): void {
  if (spillDir === undefined) return;
  if (store === "exact")
    throw usageError(
      "--spill-dir needs --store tree, fingerprint or bitstate: it says where they put states that they do not keep in memory",
    );
  if (checkpoint !== undefined)
    throw usageError("--spill-dir cannot be used with --checkpoint: the states are then stored beside the checkpoint");
  try {
    const found = statSync(spillDir, { throwIfNoEntry: false });
    if (found === undefined) throw new UnusableFile("there is no such folder");
    if (!found.isDirectory()) throw new UnusableFile("it is not a directory");
    accessSync(spillDir, constants.W_OK);
  } catch (error) {
    throw usageError(`--spill-dir ${spillDir} cannot be written: ${reasonOf(error)}`, undefined, "cli/unwritable");
  }
}

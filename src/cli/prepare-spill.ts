/** `--spill-dir` */
import { accessSync, constants, statSync } from "node:fs";
import type { CheckOptions } from "./check-options.ts";
import { usageError } from "./usage-error.ts";

export function prepareSpill({ store = "exact", spillDir, checkpoint }: CheckOptions): void {
  if (spillDir === undefined) return;
  if (store === "exact")
    throw usageError(
      "--spill-dir says where states go that --store fingerprint, disk and bitstate do not keep in memory",
    );
  if (checkpoint !== undefined)
    throw usageError("--spill-dir does not go with --checkpoint: the states then lie beside the checkpoint");
  try {
    if (!statSync(spillDir).isDirectory()) throw new Error("it is no folder");
    accessSync(spillDir, constants.W_OK);
  } catch (error) {
    throw usageError(
      `--spill-dir ${spillDir} cannot be written: ${(error as Error).message}`,
      undefined,
      "cli/unwritable",
    );
  }
}

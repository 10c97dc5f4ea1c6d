/** `--spill-dir`, and what `--store` goes with. */
import { accessSync, constants, statSync } from "node:fs";
import type { CheckOptions } from "./check-options.ts";
import { usageError } from "./usage-error.ts";

export function prepareSpill({ store = "exact", spillDir, checkpoint, resume }: CheckOptions): void {
  if (store !== "exact" && (checkpoint ?? resume) !== undefined)
    throw usageError(`--store ${store} keeps no checkpoints`, "leave out --checkpoint and --resume, or --store");
  if (spillDir === undefined) return;
  if (store === "exact")
    throw usageError("--spill-dir says where states go that --store fingerprint does not keep in memory");
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

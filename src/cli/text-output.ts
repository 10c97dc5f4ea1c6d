import { writeFileSync } from "node:fs";
import type { Output } from "./host.ts";
import { usageError } from "./usage-error.ts";

/** Writes what `--output` names, or to standard output. */
export function writeText(text: string, file: string | undefined, stdout: Output): void {
  if (file === undefined) {
    stdout.write(text);
    return;
  }
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw usageError(`--output ${file} cannot be written: ${(error as Error).message}`, undefined, "cli/unwritable");
  }
}

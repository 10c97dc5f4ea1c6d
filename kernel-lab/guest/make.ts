import { spawnSync } from "node:child_process";
import { reasonOf } from "../../src/files/system-errors.ts";
import { LabError } from "../lab-error.ts";

/** Runs make for something small. `what`: in the message. Throws a LabError with the compiler's words. */
export function make(options: readonly string[], what: string): void {
  const { status, stdout, stderr, error } = spawnSync("make", options, { encoding: "utf8" });
  if (error !== undefined) throw new LabError(`cannot run make: ${reasonOf(error)}`);
  if (status !== 0) throw new LabError(`${what} cannot be built:\n${stdout}${stderr}`);
}

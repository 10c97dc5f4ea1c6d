/** Compiles the programs that run in a guest. */
import { spawnSync } from "node:child_process";
import { reasonOf } from "../../src/files/system-errors.ts";

/** Makes one static program for x86_64 of C sources, so that it needs no library in the guest. */
export function compileStatic(sources: readonly string[], output: string): void {
  const flags = ["-static", "-O1", "-Wall", "-Wextra", "-Werror", "-pthread", "-D_GNU_SOURCE"];
  const { status, stderr, error } = spawnSync("gcc", [...flags, "-o", output, ...sources], { encoding: "utf8" });
  if (error !== undefined) throw new Error(`cannot run gcc, which compiles the guest's program: ${reasonOf(error)}`);
  if (status !== 0) throw new Error(`gcc cannot compile ${sources.join(" ")}:\n${stderr}`);
}

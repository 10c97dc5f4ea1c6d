import type { Command } from "commander";

/** Adds the command that builds the kernels. */
export function addBuildCommand(program: Command): void {
  program.command("build").description("builds the kernels from Debian's sources");
}

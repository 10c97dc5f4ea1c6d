/** `npm run kernel-lab -- build|conform|interleave|race`: what a real kernel says about the model. */
import { Command, CommanderError } from "commander";
import { exitCodes } from "../src/cli/surroundings/exit-code.ts";
import { UserError } from "../src/diagnostics/user-error.ts";
import { addInterleaveCommand } from "./actors/interleave-command.ts";
import { addBuildCommand } from "./build/build-command.ts";
import { addConformCommand } from "./conform/conform-command.ts";
import { addRunCommand } from "./guest/run-command.ts";
import { LabError } from "./lab-error.ts";
import { addRaceCommand } from "./race/race-command.ts";

const program = new Command("kernel-lab").description("Compares the model with real kernels that run in QEMU.");
program.exitOverride();
addBuildCommand(program);
addConformCommand(program);
addInterleaveCommand(program);
addRaceCommand(program);
addRunCommand(program);
try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeFor(error);
}

/** Shows an error, unless it is shown already. Anything unforeseen keeps its stack. */
function exitCodeFor(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.asExpected : exitCodes.usage;
  if (error instanceof UserError) {
    console.error(error.message);
    return error.exitCode;
  }
  if (error instanceof LabError) {
    console.error(`error: ${error.message}`);
    return exitCodes.differs;
  }
  console.error(error);
  return exitCodes.internal;
}

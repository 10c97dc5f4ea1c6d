import type { ProgramRun } from "../guest/protocol.ts";
import type { LabProgram } from "../lab-program.ts";

/** Runs programs, each from a fresh start, and gives what came of each. One call at a time. */
export type Kernel = (programs: readonly LabProgram[]) => Promise<readonly ProgramRun[]>;

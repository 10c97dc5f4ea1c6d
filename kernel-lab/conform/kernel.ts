import type { LabProgram } from "../lab-program.ts";
import type { Observation } from "../observation.ts";

/**
 * Runs programs, each from a fresh start. For each program it gives what can be seen after each step. The list ends early
 * if the kernel did not survive a step.
 */
export type Kernel = (programs: readonly LabProgram[]) => Promise<readonly (readonly Observation[])[]>;

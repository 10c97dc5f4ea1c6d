/** The options of the commands that help to write and to read scenarios, as parsed. */
import type { OneCheckOptions } from "./one-check-options.ts";
import type { KernelChoice } from "./option-values.ts";

export interface ExplainOptions {
  readonly kernel?: KernelChoice;
}

export interface GraphOptions extends OneCheckOptions {
  readonly maxStates: number;
  /** Undefined for standard output. */
  readonly output?: string;
}

export interface CoverageOptions extends OneCheckOptions {
  readonly maxStates?: number;
  readonly json?: boolean;
}

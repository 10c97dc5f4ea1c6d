import type { Program, ProgramNames } from "../ir/program.ts";
import type { Schema } from "../ir/schema.ts";

/** What the expressions of a scenario can name. */
export interface ModelNames {
  readonly program: ProgramNames;
  /** What properties can speak of. */
  readonly schema: Schema;
}

/** A scenario under one kernel's features, ready to be checked. */
export interface Model extends ModelNames {
  readonly program: Program;
}

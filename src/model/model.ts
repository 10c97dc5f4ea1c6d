import type { Program } from "../ir/program.ts";
import type { Schema } from "../ir/schema.ts";

/** A scenario under one kernel's features, ready to be checked. */
export interface Model {
  readonly program: Program;
  /** What properties can speak of. */
  readonly schema: Schema;
}

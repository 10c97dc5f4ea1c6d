import type { State } from "../ir/evaluate.ts";
import type { StepOutcome } from "../ir/interpreter.ts";
import type { Location } from "../ir/program.ts";
import type { TraceStep } from "./format.ts";

/** A step as the interpreter took it, and as a trace describes it. */
export interface TakenStep {
  readonly location: Location;
  readonly before: State;
  readonly outcome: StepOutcome;
  /** Without `matters`, which depends on the later steps. */
  readonly described: Omit<TraceStep, "matters">;
}

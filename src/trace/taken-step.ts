import type { State } from "../ir/evaluate.ts";
import type { StepOutcome } from "../ir/interpreter.ts";
import type { Location } from "../ir/program.ts";
import type { TraceStep } from "./format.ts";

/** A step of a trace as the interpreter took it, and how a trace describes it. */
export interface TakenStep {
  readonly location: Location;
  readonly before: State;
  readonly outcome: StepOutcome;
  /** All but `matters`, which depends on what comes after. */
  readonly described: Omit<TraceStep, "matters">;
}

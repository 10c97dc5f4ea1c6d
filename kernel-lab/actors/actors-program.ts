/** What two or three actors run at the same time, on a real kernel and in the model. */
import { textOf } from "../../src/model/operations.ts";
import type { OperationCall } from "../../src/model/scenario/scenario.ts";
import type { LabSetup, LabStep } from "../lab-program.ts";

/** What one actor runs, one operation after the other, while the others run theirs. */
export interface ActorRun {
  readonly actor: string;
  readonly calls: readonly OperationCall[];
}

export interface ActorsProgram {
  readonly setup: LabSetup;
  /** Before the actors begin: each step ends before the next begins. */
  readonly prefix: readonly LabStep[];
  /** They begin together. No actor occurs twice. */
  readonly together: readonly ActorRun[];
}

export function stepsOf(together: readonly ActorRun[]): readonly LabStep[] {
  return together.flatMap(({ actor, calls }) => calls.map((call) => ({ actor, call })));
}

export function textOfStep({ actor, call }: LabStep): string {
  return `${actor}: ${textOf(call)}`;
}

/** One line, for people: `main: store buf[0]; then main: fork child || engine: atomic buf[0]`. */
export function programText({ prefix, together }: ActorsProgram): string {
  const actors = together.map(({ actor, calls }) => `${actor}: ${calls.map(textOf).join(", ")}`).join(" || ");
  return prefix.length === 0 ? actors : `${prefix.map(textOfStep).join("; ")}; then ${actors}`;
}

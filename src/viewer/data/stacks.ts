/** The procedures that each actor is in, with their registers. */
import type { Trace } from "../../trace/format.ts";
import type { History, Position } from "./history.ts";

export interface CallStack {
  readonly actor: string;
  /** The outermost first: of the step that was taken, and of other actors where they rest. */
  readonly frames: readonly Frame[];
  /** Where it goes on: `procedure: label`, or `finished`. The procedure need not be one of the frames. */
  readonly at: string;
  /** Registers that belong to no frame: those of the procedure where it goes on, and those of no procedure. */
  readonly others: readonly string[];
}

export interface Frame {
  readonly procedure: string;
  /** Variables' elements. */
  readonly registers: readonly string[];
}

export function stackOf(actor: string, trace: Trace, history: History, position: Position): CallStack {
  const at = history.valueAt(`${actor}.pc`, position) ?? "not known";
  const procedures = proceduresOf(actor, trace, position, at);
  // A register that the step used last has no meaning after the step.
  const begins = trace.steps[position - 1]?.actor === actor ? position - 1 : position;
  const meaningful = history.variables.filter(
    (name) =>
      history.kindOf(name) === "register" &&
      name.startsWith(`${actor}.`) &&
      [begins, position].some((one) => history.valueAt(name, one) !== null),
  );
  const own = (procedure: string) => meaningful.filter((name) => name.startsWith(`${actor}.${procedure}.`));
  const frames = procedures.map((procedure): Frame => ({ procedure, registers: own(procedure) }));
  const others = meaningful.filter(
    (name) => history.valueAt(name, position) !== null && !frames.some(({ registers }) => registers.includes(name)),
  );
  return { actor, frames, at, others };
}

/** An actor that did not take the step rests where its next step begins, so it has that step's stack until then. */
function proceduresOf(actor: string, { steps }: Trace, position: Position, at: string): readonly string[] {
  const around = (stack: readonly string[]) => stack.filter((name) => name !== "program");
  const taken = steps[position - 1];
  if (taken?.actor === actor) return around(taken.stack);
  if (at === "finished") return [];
  const next = steps.find((step) => step.n > position && step.actor === actor);
  if (next !== undefined) return around(next.stack);
  // After an actor's last step, only its innermost procedure is known.
  const innermost = at.slice(0, Math.max(0, at.indexOf(": ")));
  const same = steps.findLast((step) => step.actor === actor && step.stack.at(-1) === innermost);
  if (same !== undefined) return around(same.stack);
  const last = steps.findLast((step) => step.actor === actor)?.stack ?? [];
  const known = last.lastIndexOf(innermost);
  return around(known >= 0 ? last.slice(0, known + 1) : last);
}

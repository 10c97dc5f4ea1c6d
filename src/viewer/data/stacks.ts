/** In which procedures each actor is, and with which registers. */
import type { Trace } from "../../trace/format.ts";
import type { History, Position } from "./history.ts";

export interface CallStack {
  readonly actor: string;
  /** Where it rests: `procedure: label`, or `finished`. */
  readonly at: string;
  /** The outermost first. */
  readonly frames: readonly Frame[];
}

export interface Frame {
  readonly procedure: string;
  /** Variables' elements. */
  readonly registers: readonly string[];
}

export function stackOf(actor: string, trace: Trace, history: History, position: Position): CallStack {
  const at = history.valueAt(`${actor}.pc`, position) ?? "not known";
  const procedures = proceduresOf(actor, trace, position, at);
  const registers = history.variables.filter(
    (name) => history.kindOf(name) === "register" && name.startsWith(`${actor}.`),
  );
  const meaningful = registers.filter((name) => history.valueAt(name, position) !== null);
  const own = (procedure: string) => meaningful.filter((name) => name.startsWith(`${actor}.${procedure}.`));
  const rest = meaningful.filter((name) => !procedures.some((procedure) => own(procedure).includes(name)));
  const frames = procedures.map((procedure): Frame => ({ procedure, registers: own(procedure) }));
  return { actor, at, frames: rest.length === 0 ? frames : [{ procedure: "", registers: rest }, ...frames] };
}

/**
 * An actor rests where its next step begins, so that step's stack is the one. Behind its last step only the innermost
 * procedure is known; the procedures around it are those that it was in before.
 */
function proceduresOf(actor: string, { steps }: Trace, position: Position, at: string): readonly string[] {
  if (at === "finished") return [];
  const next = steps.find((step) => step.n > position && step.actor === actor);
  const around = (stack: readonly string[]) => stack.filter((name) => name !== "program");
  if (next !== undefined) return around(next.stack);
  const innermost = at.slice(0, Math.max(0, at.indexOf(": ")));
  const same = steps.findLast((step) => step.actor === actor && step.stack.at(-1) === innermost);
  if (same !== undefined) return around(same.stack);
  const last = steps.findLast((step) => step.actor === actor)?.stack ?? [];
  const known = last.lastIndexOf(innermost);
  return known >= 0 ? around(last.slice(0, known + 1)) : innermost === "" || innermost === actor ? [] : [innermost];
}

/** The state at every position of a trace, from its initial values and the changes of its steps. */
import type { Change, ChangeKind, Trace } from "../../trace/format.ts";

/** Position 0 is before the first step, position `n` after step `n`. */
export type Position = number;

export interface RecordedChange extends Change {
  /** The step that made it, which is also the first position with the new value. */
  readonly step: Position;
}

export interface History {
  /** In the order of the trace: those of the initial state, then those that begin to matter later. */
  readonly variables: readonly string[];
  readonly kindOf: (variable: string) => ChangeKind;
  readonly changesOf: (variable: string) => readonly RecordedChange[];
  /** null if it has no meaning, for example a register outside its procedure. */
  readonly valueAt: (variable: string, position: Position) => string | null;
  /** Its difference between two positions. */
  readonly changeBetween: (variable: string, from: Position, to: Position) => Change | undefined;
}

export function historyOf(trace: Trace): History {
  const changes = new Map<string, RecordedChange[]>(Object.keys(trace.initial).map((name) => [name, []]));
  for (const { n, changes: made } of trace.steps)
    for (const change of made) {
      const known = changes.get(change.variable);
      if (known === undefined) changes.set(change.variable, [{ ...change, step: n }]);
      else known.push({ ...change, step: n });
    }
  const initial = new Map(Object.entries(trace.initial));
  const changesOf = (variable: string) => changes.get(variable) ?? [];
  const kindOf = (variable: string) => changesOf(variable)[0]?.kind ?? (variable.endsWith(".pc") ? "pc" : "shared");
  const valueAt = (variable: string, position: Position) => {
    const last = changesOf(variable).findLast(({ step }) => step <= position);
    return last === undefined ? (initial.get(variable) ?? null) : last.new;
  };
  return {
    variables: [...changes.keys()],
    kindOf,
    changesOf,
    valueAt,
    changeBetween(variable, from, to) {
      const [old, now] = [valueAt(variable, from), valueAt(variable, to)];
      return old === now ? undefined : { variable, kind: kindOf(variable), old, new: now };
    },
  };
}

/** The nearest change of a variable before or after a position. */
export function neighbouringChange(
  changes: readonly RecordedChange[],
  position: Position,
  direction: "previous" | "next",
): Position | undefined {
  return direction === "next"
    ? changes.find(({ step }) => step > position)?.step
    : changes.findLast(({ step }) => step < position)?.step;
}

/** In the order of their first steps; then the actors that take no step. */
export function actorsOf({ initial, steps, violation }: Trace): readonly string[] {
  const resting = Object.keys(initial).flatMap((name) => (name.endsWith(".pc") ? [name.slice(0, -".pc".length)] : []));
  const blocked = (violation.blocked ?? []).map(({ actor }) => actor);
  return [...new Set([...steps.map(({ actor }) => actor), ...resting, ...blocked])];
}

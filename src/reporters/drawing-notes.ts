/** What a drawing says about a step: of its changes and of what it saw, only what other steps or the violation depend on. */
import { madeBy } from "../trace/cause-text.ts";
import { briefChange, compactSeen } from "../trace/change-text.ts";
import type { Change, Seen, Trace, TraceStep } from "../trace/format.ts";

export interface Note {
  readonly text: string;
  readonly weight: Weight;
}

/**
 * 3: the violation depends on it directly. 2: it passes between actors: one left the value and another found or changed
 * it. 1: it concerns only its own actor.
 */
export type Weight = 1 | 2 | 3;

/** The notes of every step that is drawn, the weightiest first. */
export function notesOf(trace: Trace, drawn: readonly TraceStep[]): ReadonlyMap<TraceStep, readonly Note[]> {
  return new Map(
    drawn.map((step) => {
      const told = step.changes.filter(({ kind, meaning }) => kind === "shared" || meaning !== undefined);
      const changes = told.map((change) => ({
        text: change.meaning ?? briefChange(change),
        weight: weightOfChange(change, step),
      }));
      const shown = changes.filter((_, at) => told[at]?.kind === "shared" || changes[at]?.weight === 3);
      const notes = [...shown, ...sights(step)];
      return [step, notes.toSorted((one, other) => other.weight - one.weight)];
    }),
  );

  function weightOfChange({ variable, new: now }: Change, step: TraceStep): Weight {
    if (now !== null && isCause(variable, now, step)) return 3;
    const isOther = (other: TraceStep) => other.actor !== step.actor;
    const touches = (other: TraceStep) => changes(other, variable) || sees(other, variable);
    const before = drawn.findLast((other) => other.n < step.n && touches(other));
    const after = drawn.find((other) => other.n > step.n && touches(other));
    return [before, after].some((other) => other !== undefined && isOther(other)) ? 2 : 1;
  }

  function isCause(variable: string, value: string, step: TraceStep): boolean {
    return causesOf(trace).some(
      (cause) => cause.variable === variable && cause.value === value && madeBy(cause, trace.steps) === step,
    );
  }

  /** The words for what a step saw. */
  function sights({ sees: seen, actor, outcome }: TraceStep): readonly Note[] {
    const isShared = ({ variable }: Seen) => drawn.some((other) => other.actor !== actor && changes(other, variable));
    if (outcome === undefined || seen.length === 0)
      return seen.map((one) => ({ text: compactSeen(one), weight: isShared(one) ? 2 : 1 }));
    return [{ text: outcome, weight: seen.some(isShared) ? 2 : 1 }];
  }
}

function causesOf({ violation: { because = [], blocked = [] } }: Trace): readonly Seen[] {
  return [...because, ...blocked.flatMap(({ waits = [] }) => waits)];
}

function changes(step: TraceStep, variable: string): boolean {
  return step.changes.some((change) => change.variable === variable);
}

function sees(step: TraceStep, variable: string): boolean {
  return step.sees.some((seen) => seen.variable === variable);
}

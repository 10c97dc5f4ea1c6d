/** What a drawing says about a step: of its changes and of what it saw, only what other steps or the violation depend on. */
import { briefChange, compactSeen } from "../../trace/change-text.ts";
import type { Change, Seen, Trace, TraceStep } from "../../trace/format.ts";
import { directCauses } from "./causes.ts";

export interface Note {
  readonly text: string;
  readonly weight: Weight;
  /** The variables that it speaks of, with the values that the step found. */
  readonly found: readonly Found[];
}

/** null: the variable has no meaning at this point. */
export type Found = Pick<Change, "variable"> & { readonly value: Change["old"] };

/**
 * 3: the violation depends on it directly. 2: it passes between actors: one left the value and another found or changed
 * it. 1: it concerns only its own actor.
 */
export type Weight = 1 | 2 | 3;

/**
 * The notes of every step that is drawn, as one leads to the other: what the step saw, then what it changed, in the order
 * of the program's variables (an entry, the references of its page), and last what the checker has to say about it.
 */
export function notesOf(trace: Trace, drawn: readonly TraceStep[]): ReadonlyMap<TraceStep, readonly Note[]> {
  const isCause = directCauses(trace);
  return new Map(
    drawn.map((step) => {
      const shared = step.changes.filter(({ kind }) => kind === "shared").map((change) => noteOf(change, step));
      const meanings = step.changes.filter(({ kind, meaning }) => kind !== "shared" && meaning !== undefined);
      const ghosts = meanings.map((change) => noteOf(change, step)).filter(({ weight }) => weight === 3);
      return [step, [...sights(step), ...shared, ...ghosts]];
    }),
  );

  function noteOf(change: Change, step: TraceStep): Note {
    const { variable, meaning, old } = change;
    const weight = isCause(variable, step) ? 3 : weightOfChange(variable, step);
    return { text: meaning ?? briefChange(change), weight, found: [{ variable, value: old }] };
  }

  function weightOfChange(variable: string, step: TraceStep): Weight {
    const isOther = (other: TraceStep) => other.actor !== step.actor;
    const touches = (other: TraceStep) => changes(other, variable) || sees(other, variable);
    const before = drawn.findLast((other) => other.n < step.n && touches(other));
    const after = drawn.find((other) => other.n > step.n && touches(other));
    return [before, after].some((other) => other !== undefined && isOther(other)) ? 2 : 1;
  }

  /** The words for what a step saw. */
  function sights({ sees: seen, actor, outcome }: TraceStep): readonly Note[] {
    const isShared = ({ variable }: Seen) => drawn.some((other) => other.actor !== actor && changes(other, variable));
    const weigh = (isWeighty: boolean): Weight => (isWeighty ? 2 : 1);
    if (outcome === undefined || seen.length === 0)
      return seen.map((one) => ({ text: compactSeen(one), weight: weigh(isShared(one)), found: [one] }));
    return [{ text: outcome, weight: weigh(seen.some(isShared)), found: seen }];
  }
}

export function changes(step: TraceStep, variable: string): boolean {
  return step.changes.some((change) => change.variable === variable);
}

function sees(step: TraceStep, variable: string): boolean {
  return step.sees.some((seen) => seen.variable === variable);
}

/** What a drawing of a trace shows below its titles: steps, and where actors wait in the end. */
import { inOrderOfBlame, waitsOf, withoutNumbers } from "../../trace/cause-text.ts";
import type { Blocked, Trace, TraceStep } from "../../trace/format.ts";
import { countersSummed } from "./causes.ts";
import { changes, type Note, notesOf, type Weight } from "./notes.ts";
import type { Named, Place } from "./rows.ts";

/** One line of a call tree. */
export interface Entry {
  readonly place: Place;
  readonly names: Named;
  readonly text: string;
  readonly notes: readonly Note[];
  /** The steps that left the values that it saw. */
  readonly makers: readonly TraceStep[];
  readonly isDecision: boolean;
  /** What it violates. */
  readonly mark: string | undefined;
  /** How many steps it stands for. */
  readonly steps: number;
}

/** `path`: all places that actors are at, in order. */
export function entriesOf(trace: Trace): { readonly path: readonly Place[]; readonly entries: readonly Entry[] } {
  const drawn = stepsDrawn(trace);
  const notes = notesOf(trace, drawn);
  const waiting = inOrderOfBlame(trace.violation.blocked ?? []).map((blocked) => waitingOf(blocked, trace));
  const makersOf = ({ n, sees }: TraceStep) =>
    sees.flatMap(({ variable }) => drawn.findLast((other) => other.n < n && changes(other, variable)) ?? []);
  const steps = drawn.map((step): Entry => {
    const isLast = step === trace.steps.at(-1);
    return {
      place: step,
      names: "functions",
      text: `${step.label}${chosen(step)}`,
      notes: [...(step.n === trace.violation.repeats ? [loopBegins] : []), ...(notes.get(step) ?? [])],
      makers: makersOf(step),
      isDecision: isDecision(step),
      mark: isLast ? markOf(trace) : undefined,
      steps: 1,
    };
  });
  return { path: [...trace.steps, ...waiting.map(({ place }) => place)], entries: [...steps, ...waiting] };
}

const loopBegins: Note = { text: "repeats from here for ever", weight: 3, found: [] };

/** If one actor alone causes the violation, no race explains it, but the actor's whole path does. */
function stepsDrawn(trace: Trace): readonly TraceStep[] {
  const { steps } = trace;
  const counters = countersSummed(trace);
  const isCounted = (step: TraceStep) => step.changes.some(({ variable }) => counters.has(variable));
  const needed = steps.filter((step) => step.matters || step.n === steps.length || isCounted(step));
  const actors = new Set(needed.map(({ actor }) => actor));
  const isDrawn = (step: TraceStep) => needed.includes(step) || actors.size === 1 || isDecision(step);
  return steps.filter((step) => actors.has(step.actor) && isDrawn(step));
}

/** Whether something rare happens, such as a failing allocation. It is not only a choice of a page, which would show in a value. */
function isDecision({ choice: { number, alternatives }, changes }: TraceStep): boolean {
  const values = changes.flatMap(({ new: now }) => now?.split(" ") ?? []);
  return number > 0 && alternatives.length > 0 && !alternatives.some((name) => values.includes(name));
}

function chosen({ choice: { alternatives } }: TraceStep): string {
  return alternatives.length === 0 ? "" : ` (${alternatives.join(", ")})`;
}

function markOf({ property, violation: { kind } }: Trace): string | undefined {
  switch (kind) {
    case "step":
    case "state":
    case "assertion":
    case "livelock":
    case "loop":
      return `violates ${property}`;
    case "range":
      return "a value leaves its range";
    case "witness":
      return "now it is true";
    default:
      return undefined;
  }
}

function waitingOf(blocked: Blocked, trace: Trace): Entry {
  const { actor, procedure, label, source } = blocked;
  const last = trace.steps.findLast((step) => step.actor === actor);
  const stack = last?.stack ?? [];
  const depth = stack.lastIndexOf(procedure);
  const place = {
    actor,
    stack: depth < 0 ? [...stack, procedure] : stack.slice(0, depth + 1),
    operation: last?.operation ?? "",
    source,
  };
  const waits = waitsOf(trace, blocked).map(
    (what): Note => ({ text: `waits for ${withoutNumbers(what)}`, weight: 3, found: blocked.waits ?? [] }),
  );
  const unfinished: Note = { text: "has not finished", weight: 3, found: [] };
  const notes = trace.violation.kind === "livelock" ? [unfinished] : waits;
  return { place, names: "functions", text: label, notes, makers: [], isDecision: false, mark: undefined, steps: 0 };
}

/** `own`: it concerns only its own actor. */
export function weightOf({ notes, isDecision }: Entry): Weight {
  const weights: Weight[] = [isDecision ? 2 : 1, ...notes.map(({ weight }) => weight)];
  return weights.toSorted((one, other) => other - one)[0] ?? 1;
}

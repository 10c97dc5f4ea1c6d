/** Says in words why a path ended as it did. Numbers in brackets are the steps that caused it. */
import { compactName, compactValue } from "./change-text.ts";
import type { Blocked, Seen, Trace, TraceStep, Violation } from "./format.ts";
import { type Unmatched, unmatchedChanges } from "./unmatched.ts";

/** A reader cannot keep more reasons apart. */
const mostReasons = 3;

/** A reason why a path ended as it did. */
export interface Reason {
  readonly text: string;
  readonly variable: string;
  /** The step that caused it. */
  readonly since: TraceStep;
}

/**
 * What the last step found. Leaves out what was true from the start, and if some values have a meaning in words, those
 * that have none. The reason for a counter is the change that was not undone.
 */
export function reasonsFor({ steps, violation, initial }: Trace): readonly Reason[] {
  const before = steps.slice(0, -1);
  const found = (violation.because ?? []).flatMap((seen) => {
    const unmatched = unmatchedChanges(seen.variable, before, initial[seen.variable]);
    const last = madeBy(seen, before);
    const open = unmatchedChanges(seen.variable, steps, initial[seen.variable])?.steps ?? [];
    const since = unmatched?.steps.at(-1) ?? last;
    // If the counter was changed only once, the number of the step says enough.
    const isPlain = seen.meaning === undefined && since === last;
    const isUndone = since !== undefined && !open.includes(since);
    return since === undefined ? [] : [{ seen, since, unmatched: isPlain || isUndone ? undefined : unmatched }];
  });
  // A property of states is about the state after the last step, which may have changed what it found.
  const isAboutState = violation.kind === "state" || violation.kind === "witness";
  const isOver = ({ variable }: Seen) =>
    isAboutState && steps.at(-1)?.changes.some((change) => change.variable === variable) === true;
  const telling = found.filter(({ seen }) => seen.meaning !== undefined);
  return (telling.length === 0 ? found : telling)
    .toSorted((one, other) => one.since.n - other.since.n)
    .slice(0, mostReasons)
    .map(({ seen, since, unmatched }) => {
      const is = isOver(seen) ? "was" : "is";
      const text = seen.meaning ?? `${compactName(seen.variable)} ${is} ${compactValue(seen.value)}`;
      return {
        text: unmatched === undefined ? text : `${text}, ${neverUndone(unmatched, seen, since)}`,
        variable: seen.variable,
        since,
      };
    });
}

/** A value of the state in which a path ends. */
export interface Fact {
  readonly text: string;
  /** The step that made it so; undefined if it was so from the start. */
  readonly since: TraceStep | undefined;
}

/** A reader cannot keep more values apart. */
const mostFacts = 4;

/** The values that make a property false, except empty ones that were never different. Empty ones come last. */
export function factsAtEnd({ violation: { facts = [] }, initial, steps }: Trace): readonly Fact[] {
  const changed = new Set(steps.flatMap(({ changes }) => changes.map(({ variable }) => variable)));
  const isEmpty = ({ value }: Seen) => ["-", "0", "none", "false"].includes(value);
  return facts
    .filter((seen) => !isEmpty(seen) || changed.has(seen.variable) || !(seen.variable in initial))
    .toSorted((one, other) => Number(isEmpty(one)) - Number(isEmpty(other)))
    .slice(0, mostFacts)
    .map((seen) => ({
      text: seen.meaning ?? `${compactName(seen.variable)} is ${compactValue(seen.value)}`,
      since: madeBy(seen, steps),
    }));
}

/** The facts with their steps: `pte[parent][buf0] is present P0 [19]` */
export function factsOf(trace: Trace): readonly string[] {
  return factsAtEnd(trace).map(({ text, since }) => (since === undefined ? text : `${text} [${since.n}]`));
}

/** `taken in get_user_pages_remote() and never given back` */
function neverUndone({ steps, up }: Unmatched, { meaning }: Seen, { actor, procedure }: TraceStep): string {
  const earlier = steps.slice(0, -1).map(({ n }) => `[${n}] `);
  const [raised, lowered] = meaning === undefined ? ["raised", "lowered again"] : ["taken", "given back"];
  const what = up
    ? `${raised} by ${actor} in ${procedure}() and never ${lowered}`
    : `lowered by ${actor} in ${procedure}() and never raised again`;
  return `${earlier.join("")}${what}`;
}

/** The reasons with their steps: `page_lock[P0] is faulter [4]` */
export function reasonsOf(trace: Trace): readonly string[] {
  return reasonsFor(trace).map(({ text, since }) => `${text} [${since.n}]`);
}

/** What a blocked actor waits for, and who caused it; empty if no single change would let the actor go on. */
export function waitsOf({ steps }: Trace, { actor, waits = [] }: Blocked): readonly string[] {
  return waits.slice(0, mostReasons).map((seen) => {
    const name = compactName(seen.variable);
    const since = madeBy(seen, steps);
    if (since === undefined) return `${name}, which is ${compactValue(seen.value)}`;
    if (seen.value === actor) return `${name}, which it took itself [${since.n}]`;
    if (seen.value === since.actor) return `${name}, which ${since.actor} took [${since.n}]`;
    const maker = since.actor === actor ? "it" : since.actor;
    return `${name}, which ${maker} set to ${compactValue(seen.value)} [${since.n}]`;
  });
}

/** Actors that wait for something they hold themselves come first, because the others wait for them. */
export function inOrderOfBlame(blocked: readonly Blocked[]): readonly Blocked[] {
  const waitsForOthers = ({ actor, waits = [] }: Blocked) => Number(!waits.some(({ value }) => value === actor));
  return blocked.toSorted((one, other) => waitsForOthers(one) - waitsForOthers(other));
}

/** The step that gave a variable its value; undefined if the variable had the value from the start. */
export function madeBy({ variable, value }: Seen, steps: readonly TraceStep[]): TraceStep | undefined {
  const changing = steps.findLast(({ changes }) => changes.some((change) => change.variable === variable));
  return changing?.changes.some((change) => change.variable === variable && change.new === value) === true
    ? changing
    : undefined;
}

/** `must be true, but is false`: the value of the part that explains how a trace ends. */
export function findingOf({ kind, explanation }: Violation): string {
  const is = explanation?.is === true;
  if (kind === "witness") return is ? "is true" : "is false";
  return is ? "must be false, but is true" : "must be true, but is false";
}

/** What the steps that matter lead to. */
export function goalOf({ violation }: Pick<Trace, "violation">): string {
  return violation.kind === "witness" ? "that state" : "the violation";
}

/** A reason without the steps that caused it. */
export function withoutNumbers(reason: string): string {
  return reason.replace(/ \[\d+\]/g, "");
}

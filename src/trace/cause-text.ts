/** Why a path ended as it did, in words; numbers in brackets name the steps that made it so. */
import { compactName, compactValue } from "./change-text.ts";
import type { Blocked, Seen, Trace, TraceStep } from "./format.ts";

/** More than so many reasons nobody keeps apart. */
const mostReasons = 3;

/** What the last step found, most telling first; nothing of what was so from the start. */
export function reasonsOf({ steps, violation }: Trace): readonly string[] {
  const before = steps.slice(0, -1);
  return (violation.because ?? [])
    .flatMap((seen) => {
      const since = madeBy(seen, before);
      return since === undefined ? [] : [{ seen, since }];
    })
    .toSorted((one, other) => Number(isPlain(one.seen)) - Number(isPlain(other.seen)) || one.since.n - other.since.n)
    .slice(0, mostReasons)
    .map(
      ({ seen, since }) =>
        `${seen.meaning ?? `${compactName(seen.variable)} is ${compactValue(seen.value)}`} [${since.n}]`,
    );
}

/** What an actor that is stuck waits for, and who made it so; empty where nothing alone would let it go on. */
export function waitsOf({ steps }: Trace, { actor, waits = [] }: Blocked): readonly string[] {
  return waits.slice(0, mostReasons).map((seen) => {
    const name = compactName(seen.variable);
    const since = madeBy(seen, steps);
    if (since === undefined) return `${name}, which is ${compactValue(seen.value)}`;
    if (seen.value === actor) return `${name}, which it took itself [${since.n}]`;
    if (seen.value === since.actor) return `${name}, which ${since.actor} took [${since.n}]`;
    const maker = since.actor === actor ? "it" : since.actor;
    return `${name}, which ${maker} made ${compactValue(seen.value)} [${since.n}]`;
  });
}

/** Whoever waits for what he has himself comes first: the others wait because of him. */
export function inOrderOfBlame(blocked: readonly Blocked[]): readonly Blocked[] {
  const waitsForOthers = ({ actor, waits = [] }: Blocked) => Number(!waits.some(({ value }) => value === actor));
  return blocked.toSorted((one, other) => waitsForOthers(one) - waitsForOthers(other));
}

/** The step by which a variable has had its value ever since; undefined where it began with it. */
export function madeBy({ variable, value }: Seen, steps: readonly TraceStep[]): TraceStep | undefined {
  const changing = steps.findLast(({ changes }) => changes.some((change) => change.variable === variable));
  return changing?.changes.some((change) => change.variable === variable && change.new === value) === true
    ? changing
    : undefined;
}

function isPlain({ meaning }: Seen): boolean {
  return meaning === undefined;
}

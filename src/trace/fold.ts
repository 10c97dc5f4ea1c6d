/** Steps that the violation does not need are told together, with what they changed in sum. */
import type { Change, TraceStep } from "./format.ts";

/** One step, or several in a row of which none matters. */
export type StepGroup = readonly [TraceStep, ...TraceStep[]];

/** Of one operation: where another begins, a reader wants to see it. */
export function foldSteps(steps: readonly TraceStep[]): readonly StepGroup[] {
  const needed = new Set(steps.filter(({ matters }) => matters).map(({ actor }) => actor));
  // Of what one actor brings about alone, the path there is all that there is to see.
  const isFolded = ({ actor, matters }: TraceStep) => !matters && (needed.size > 1 || !needed.has(actor));
  const groups: [TraceStep, ...TraceStep[]][] = [];
  for (const step of steps) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    const follows = last?.actor === step.actor && last.operation === step.operation;
    if (group !== undefined && follows && isFolded(last) && isFolded(step)) group.push(step);
    else groups.push([step]);
  }
  return groups;
}

/** What the steps changed together: a lock that was dropped again is not told. */
export function netChanges(group: StepGroup): readonly Change[] {
  const net = new Map<string, Change>();
  for (const change of group.flatMap(({ changes }) => changes)) {
    if (change.kind !== "shared") continue;
    net.set(change.variable, { ...change, old: net.get(change.variable)?.old ?? change.old });
  }
  return [...net.values()].filter((change) => change.old !== change.new);
}

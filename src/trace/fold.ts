/** Steps that the violation does not need are shown together, with their combined changes. */
import type { Change, TraceStep } from "./format.ts";

/** One step, or several in a row that do not matter. */
export type StepGroup = readonly [TraceStep, ...TraceStep[]];

/** All steps belong to one operation, because a reader wants to see where the next operation begins. */
export function foldSteps(steps: readonly TraceStep[]): readonly StepGroup[] {
  const needed = new Set(steps.filter(({ matters }) => matters).map(({ actor }) => actor));
  // If one actor alone causes the violation, the path itself is the explanation, so nothing is folded.
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

/** The combined changes of the steps. A lock that was taken and released again does not appear. */
export function netChanges(group: StepGroup): readonly Change[] {
  const net = new Map<string, Change>();
  for (const change of group.flatMap(({ changes }) => changes)) {
    if (change.kind !== "shared") continue;
    net.set(change.variable, { ...change, old: net.get(change.variable)?.old ?? change.old });
  }
  return [...net.values()].filter((change) => change.old !== change.new);
}

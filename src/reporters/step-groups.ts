import type { TraceStep } from "../trace/format.ts";

/** Groups the steps of one actor in a row that do not matter. Every other step is a group of its own. */
export function groupsOf(steps: readonly TraceStep[]): readonly (readonly TraceStep[])[] {
  const groups: TraceStep[][] = [];
  for (const step of steps) {
    const last = groups.at(-1);
    const before = last?.at(-1);
    if (last !== undefined && before?.actor === step.actor && !before.matters && !step.matters) last.push(step);
    else groups.push([step]);
  }
  return groups;
}

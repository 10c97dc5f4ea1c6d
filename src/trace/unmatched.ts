/** Which changes of a counter no later step undid: a reference that was taken and never dropped. */
import type { TraceStep } from "./format.ts";

export interface Unmatched {
  readonly steps: readonly TraceStep[];
  /** Whether these steps counted up. */
  readonly up: boolean;
}

/**
 * What makes a counter differ from its first value. A step down undoes the last step up that is not undone yet, if
 * possible one of the same actor, and the other way round. Undefined if the variable is no counter, or if every change
 * was undone.
 */
export function unmatchedChanges(
  variable: string,
  steps: readonly TraceStep[],
  initial: string | undefined,
): Unmatched | undefined {
  if (initial === undefined || !isNumber(initial)) return undefined;
  const open: { readonly step: TraceStep; readonly up: boolean }[] = [];
  for (const step of steps) {
    for (const { variable: name, old, new: now } of step.changes) {
      if (name !== variable) continue;
      if (old === null || now === null || !isNumber(old) || !isNumber(now)) return undefined;
      const by = Number(now) - Number(old);
      for (let count = 0; count < Math.abs(by); count++) {
        const own = open.findLastIndex((one) => one.up !== by > 0 && one.step.actor === step.actor);
        const undone = own >= 0 ? own : open.findLastIndex((one) => one.up !== by > 0);
        if (undone >= 0) open.splice(undone, 1);
        else open.push({ step, up: by > 0 });
      }
    }
  }
  const [first] = open;
  return first && { steps: [...new Set(open.map(({ step }) => step))], up: first.up };
}

function isNumber(value: string): boolean {
  return /^-?\d+$/.test(value);
}

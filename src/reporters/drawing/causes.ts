/** Which changes a violation depends on directly. A drawing always shows them. */
import { madeBy, reasonsFor } from "../../trace/cause-text.ts";
import type { Seen, Trace, TraceStep } from "../../trace/format.ts";

/** The values that the end of the path depends on, and those that blocked actors wait for. */
export function causesOf({ violation: { because = [], facts = [], blocked = [] } }: Trace): readonly Seen[] {
  return [...because, ...facts, ...blocked.flatMap(({ waits = [] }) => waits)];
}

/** Whether a step's change of a variable causes the violation, or is a part of a sum that does. */
export function directCauses(trace: Trace): (variable: string, step: TraceStep) => boolean {
  const counters = countersSummed(trace);
  const made = causesOf(trace).map((seen) => ({ variable: seen.variable, since: madeBy(seen, trace.steps) }));
  const causes = [...made, ...reasonsFor(trace)];
  return (variable, step) =>
    counters.has(variable) || causes.some((cause) => cause.variable === variable && cause.since === step);
}

/**
 * Counters whose every change leads to the violation: `refcount[P0]: 2 -> 1`, then `1 -> 0`. Those are the counters that
 * a cause or the message names, and the references of a freed page that a cause or the last step names.
 */
export function countersSummed(trace: Trace): ReadonlySet<string> {
  const { steps, violation } = trace;
  const causes = causesOf(trace);
  const last = steps.at(-1)?.changes ?? [];
  const named = new Set([...causes, ...last].flatMap((one) => wordsIn(Object.values(one).join(" "))));
  const isOfCause = new Set(causes.map(({ variable }) => variable));
  const said = new Set(wordsIn(violation.message));
  const all = steps.flatMap(({ changes }) => changes).filter(({ new: now }) => /^\d+$/.test(now ?? ""));
  const freed = new Set(all.filter(({ new: now }) => now === "0").map(({ variable }) => variable));
  const isSummed = (variable: string) => {
    const [family = "", ...element] = wordsIn(variable);
    if (isOfCause.has(variable)) return true;
    if (!element.every((word) => named.has(word))) return false;
    return said.has(family) || (family === "refcount" && freed.has(variable));
  };
  return new Set(all.map(({ variable }) => variable).filter(isSummed));
}

/** `pfn=P0` -> `pfn`, `P0`; the kernel's `_refcount` is `refcount`. */
function wordsIn(text: string): readonly string[] {
  return text.split(/\W+_*/).filter((word) => word !== "");
}

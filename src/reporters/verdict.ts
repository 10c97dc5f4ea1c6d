/** A result in one line. */

import type { Bound } from "../checker/contract/search-types.ts";
import { count, grouped, probability } from "../text/quantities.ts";
import type { CheckResult } from "./report.ts";

export function verdictSentence(result: CheckResult): string {
  return `${verdictWord(result)}${comparison(result)}`;
}

function verdictWord({ verdict, bound, rangeError, statistics }: CheckResult): string {
  if (rangeError !== undefined) return "no verdict: a value of the model left its range";
  if (verdict === "holds" && statistics.omissionProbability > 0)
    return `holds, unless states were missed (probability at most ${probability(statistics.omissionProbability)})`;
  if (verdict !== "incomplete") return verdict;
  return bound === undefined
    ? `incomplete after ${count(statistics.states, "state")}: the bitstate filter may have missed some`
    : `incomplete, ${stopOf(bound)} after ${count(statistics.states, "state")}`;
}

export function stopOf(bound: Bound): string {
  switch (bound) {
    case "depth":
      return "stopped at the depth limit";
    case "states":
      return "stopped at the state limit";
    case "memory":
      return "stopped at the memory limit";
    case "disk":
      return "stopped because the disk is full";
    case "timeout":
      return "stopped at the time limit";
    case "signal":
      return "stopped by a signal";
  }
}

function comparison(result: CheckResult): string {
  const { expected, outcome, verdict, bound } = result;
  const stop = bound === undefined ? "states may have been missed" : stopOf(bound);
  switch (outcome) {
    case "model-error":
      return "";
    case "as-expected":
      return expected === undefined ? "" : ", as expected";
    case "undecided":
      return verdict === "violated" ? `, but not explored to the end (${stop})` : "";
    case "differs": {
      const surprises = surprisesOf(result);
      return surprises.length === 0 ? "" : `, but ${surprises.join(", and ")}`;
    }
  }
}

/** How a result differs from its expectation, if there is one, and from what every result must fulfil. */
function surprisesOf({ expected, violations, complete, vacuous, drifts }: CheckResult): readonly string[] {
  const surprises: string[] = [];
  if (expected === "holds" && violations.length > 0) surprises.push("expected to hold");
  if (expected !== undefined && expected !== "holds") {
    const violated = violations.map(({ property }) => property);
    const unexpected = violated.filter((property) => !expected.violates.includes(property));
    const missing = complete ? expected.violates.filter((property) => !violated.includes(property)) : [];
    if (unexpected.length > 0) surprises.push(`not expected to violate ${unexpected.join(", ")}`);
    if (missing.length > 0) surprises.push(`expected to violate ${missing.join(", ")}`);
  }
  const missed = vacuous.filter(({ kind }) => kind === "sometimes").length;
  if (complete && missed > 0)
    surprises.push(`${missed} of the states that must be reachable ${missed === 1 ? "was" : "were"} never reached`);
  for (const { count: of, expected: awaited, found } of drifts)
    surprises.push(
      of === "states"
        ? `${count(found, "state")}, not ${grouped(awaited)}`
        : `depth ${grouped(found)}, not ${grouped(awaited)}`,
    );
  return surprises;
}

/** A result in one line. */

import { count, grouped } from "./quantities.ts";
import type { Bound, CheckResult, Expectation } from "./report.ts";

export function verdictSentence(result: CheckResult): string {
  return `${verdictWord(result)}${comparison(result)}`;
}

function verdictWord({ verdict, bound, rangeError, statistics }: CheckResult): string {
  if (rangeError !== undefined) return "no verdict, for the model is wrong";
  if (verdict !== "incomplete") return verdict;
  return bound === undefined ? "incomplete" : `incomplete, ${stopOf(bound)} after ${count(statistics.states, "state")}`;
}

function stopOf(bound: Bound): string {
  switch (bound) {
    case "depth":
      return "stopped at the bound on the depth";
    case "states":
      return "stopped at the bound on the states";
    case "memory":
      return "stopped at the bound on memory";
    case "timeout":
      return "stopped at the bound on the time";
    case "signal":
      return "stopped by a signal";
  }
}

function comparison({ expected, outcome, verdict, vacuous, bound }: CheckResult): string {
  const missed = vacuous.filter(({ kind }) => kind === "sometimes").length;
  switch (outcome) {
    case "model-error":
      return "";
    case "as-expected":
      return expected === undefined ? "" : ", as expected";
    case "undecided":
      return verdict === "violated" && bound !== undefined ? `, as far as it was explored (${stopOf(bound)})` : "";
    case "differs":
      if (missed > 0 && bound === undefined)
        return `, but ${grouped(missed)} of the states that must be reachable ${missed === 1 ? "is" : "are"} not`;
      return expected === undefined ? "" : `, but expected: ${expectationText(expected)}`;
  }
}

export function expectationText(expected: Expectation): string {
  return expected === "holds" ? "holds" : `violates ${expected.violates.join(", ")}`;
}

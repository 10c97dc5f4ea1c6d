/** What a search found, held against what was expected. */
import type { Expectation, Outcome, Verdict } from "../reporters/report.ts";

export interface Findings {
  /** Names of the violated properties. */
  readonly violated: readonly string[];
  /** Whether everything was explored that violating steps do not cut off. */
  readonly complete: boolean;
  readonly rangeError: boolean;
  /** Whether a state that must be reachable was not reached. */
  readonly missed: boolean;
}

export function verdictOf({ violated, complete }: Findings): Verdict {
  if (violated.length > 0) return "violated";
  return complete ? "holds" : "incomplete";
}

/**
 * Only a complete search decides that nothing more is violated. An unexpected violation decides at once, and a state
 * that must be reachable counts as missed only where everything was explored.
 */
export function outcomeOf(findings: Findings, expected: Expectation | undefined): Outcome {
  if (findings.rangeError) return "model-error";
  const allowed = expected === undefined || expected === "holds" ? [] : expected.violates;
  if (findings.violated.some((property) => !allowed.includes(property))) return "differs";
  if (!findings.complete) return "undecided";
  const asExpected = findings.violated.length === allowed.length && !findings.missed;
  return asExpected ? "as-expected" : "differs";
}

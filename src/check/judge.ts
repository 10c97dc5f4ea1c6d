/**
 * Decides the verdict of a check (holds, violated, incomplete), and its outcome: how the verdict compares with the
 * expected one (as expected, differs, undecided, model error). Exit codes follow from outcomes
 * (src/cli/surroundings/exit-code.ts); src/reporters/verdict.ts puts both into words.
 */
import type { Drift, Expectation, Outcome, Verdict } from "../reporters/report.ts";
import type { ExpectedCounts } from "../spec/spec.ts";

export interface Findings {
  /** Names of the violated properties. */
  readonly violated: readonly string[];
  /** Whether every state that needs no violating step was explored. */
  readonly complete: boolean;
  readonly rangeError: boolean;
  /** Whether a state that must be reachable was not reached. */
  readonly missed: boolean;
  readonly drifts: readonly Drift[];
}

/** The counts in which a search differs from the expected ones. They are compared only if no limit ended the search. */
export function driftsOf(
  expected: ExpectedCounts,
  found: { readonly complete: boolean; readonly states: number; readonly depth: number },
): readonly Drift[] {
  if (!found.complete) return [];
  return (["states", "depth"] as const).flatMap((count) => {
    const awaited = expected[count];
    return awaited === undefined || awaited === found[count] ? [] : [{ count, expected: awaited, found: found[count] }];
  });
}

export function verdictOf({ violated, complete }: Findings): Verdict {
  if (violated.length > 0) return "violated";
  return complete ? "holds" : "incomplete";
}

/**
 * Only a complete search decides that nothing more is violated. An unexpected violation decides at once. Required states
 * count as missed, and counts are compared, only if everything was explored.
 */
export function outcomeOf(findings: Findings, expected: Expectation | undefined): Outcome {
  if (findings.rangeError) return "model-error";
  const allowed = expected === undefined || expected === "holds" ? [] : expected.violates;
  if (findings.violated.some((property) => !allowed.includes(property))) return "differs";
  if (!findings.complete) return "undecided";
  const asExpected = findings.violated.length === allowed.length && !findings.missed && findings.drifts.length === 0;
  return asExpected ? "as-expected" : "differs";
}

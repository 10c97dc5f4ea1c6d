import assert from "node:assert/strict";
import { test } from "node:test";
import { type Findings, outcomeOf, verdictOf } from "../../src/check/judge.ts";
import type { Expectation, Outcome, Verdict } from "../../src/reporters/report.ts";

const clean: Findings = { violated: [], complete: true, rangeError: false, missed: false, drifts: [] };
const drifts: Findings["drifts"] = [{ count: "states", expected: 1, found: 2 }];
const ab: Expectation = { violates: ["a", "b"] };

const rows: readonly (readonly [Partial<Findings>, Expectation | undefined, Verdict, Outcome])[] = [
  [{}, undefined, "holds", "as-expected"],
  [{}, "holds", "holds", "as-expected"],
  [{}, ab, "holds", "differs"],
  [{ missed: true }, "holds", "holds", "differs"],
  [{ drifts }, "holds", "holds", "differs"],
  [{ drifts }, undefined, "holds", "differs"],
  [{ drifts, violated: ["a", "b"] }, ab, "violated", "differs"],
  [{ violated: ["a"] }, undefined, "violated", "differs"],
  [{ violated: ["a"] }, "holds", "violated", "differs"],
  [{ violated: ["a"] }, ab, "violated", "differs"],
  [{ violated: ["b", "a"] }, ab, "violated", "as-expected"],
  [{ violated: ["a", "b", "c"] }, ab, "violated", "differs"],
  [{ violated: ["a", "b"], missed: true }, ab, "violated", "differs"],
  // A violation that a limited search has not found may still exist.
  [{ complete: false }, undefined, "incomplete", "undecided"],
  [{ complete: false, missed: true }, "holds", "incomplete", "undecided"],
  [{ complete: false, violated: ["a"] }, ab, "violated", "undecided"],
  [{ complete: false, violated: ["a", "b"] }, ab, "violated", "undecided"],
  [{ complete: false, violated: ["a"] }, "holds", "violated", "differs"],
  [{ complete: false, violated: ["c"] }, ab, "violated", "differs"],
  [{ rangeError: true }, "holds", "holds", "model-error"],
  [{ rangeError: true, violated: ["a", "b"] }, ab, "violated", "model-error"],
];

for (const [found, expected, verdict, outcome] of rows) {
  test(`${JSON.stringify(found)}, expected ${JSON.stringify(expected)}: ${verdict}, ${outcome}`, () => {
    const findings = { ...clean, ...found };
    assert.equal(verdictOf(findings), verdict);
    assert.equal(outcomeOf(findings, expected), outcome);
  });
}

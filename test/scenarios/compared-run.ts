/** One scenario under one kernel, compared with the plain search; on a thread of its own. */
import assert from "node:assert/strict";
import { assertAgreement } from "../../scripts/library/agreement.ts";
import { expectedViolations, findRun, questionOf, type RunName } from "../../scripts/library/runs.ts";
import type { SearchResult } from "../../src/checker/contract/search-types.ts";
import { search } from "../../src/checker/search.ts";

/**
 * The plain search takes long. So a run with more states is compared only up to about so many, and only
 * `npm run check-specs -- --reference` compares it to its end.
 */
const mostStates = 1_000;

/** Returns the depth to which the run was compared; undefined if to its end. Rejects if something differs. */
export async function run(name: RunName): Promise<number | undefined> {
  const found = findRun(name);
  const question = questionOf(found);
  const { program, properties, names, symmetries } = question;
  const options = { workers: 1, soloStates: Number.MAX_VALUE };
  const bounded = await search(program, properties, { ...options, maxStates: mostStates });
  if (!bounded.complete) {
    // The level at the depth that was reached was not finished.
    const maxDepth = bounded.depth - 1;
    assertAgreement(await search(program, properties, { ...options, maxDepth }), question, maxDepth);
    return maxDepth;
  }
  assertAgreement(bounded, question);
  const violated = bounded.violations.map(({ property }) => property === "range-error" || names[property]);
  assert.deepEqual(violated.sort(), [...(expectedViolations(found.run) ?? [])].sort());
  if (symmetries.length > 0)
    assert.deepEqual(judged(await search(program, properties, { ...options, symmetries })), judged(bounded));
  return undefined;
}

/** The results that symmetries must not change. */
function judged({ violations, tested, complete }: SearchResult) {
  return { violations, tested, complete };
}

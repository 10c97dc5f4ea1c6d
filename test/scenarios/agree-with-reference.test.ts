import assert from "node:assert/strict";
import test from "node:test";
import { assertAgreement } from "../../scripts/library/agreement.ts";
import { expectedViolations, questionOf, runsOf, specFiles, titleOf } from "../../scripts/library/runs.ts";
import { search } from "../../src/checker/search.ts";

/**
 * The plain search takes long: a run with more states is compared as far as it has about so many, and only
 * `npm run check-specs -- --reference` compares it to its end.
 */
const mostStates = 40_000;

for (const file of specFiles) {
  test(`the generated search and the plain one agree on ${file}, and so does what the file expects`, async (t) => {
    for (const run of runsOf([file])) {
      const question = questionOf(run);
      const { program, properties } = question;
      const found = await search(program, properties, { workers: 2, maxStates: mostStates });
      if (!found.complete) {
        // The depth that was reached is one that was not finished.
        const maxDepth = found.depth - 1;
        t.diagnostic(`${titleOf(run)} has more than ${mostStates} states; compared to a depth of ${maxDepth}`);
        assertAgreement(await search(program, properties, { workers: 2, maxDepth }), question, maxDepth);
        continue;
      }
      assertAgreement(found, question);
      const violated = found.violations.map(({ property }) => property === "range-error" || question.names[property]);
      const expected = expectedViolations(run.run) ?? [];
      assert.deepEqual(violated.sort(), [...expected].sort(), titleOf(run));
    }
  });
}

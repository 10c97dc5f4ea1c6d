import assert from "node:assert/strict";
import { test } from "node:test";
import { askingRuns, coveringRuns } from "../../scripts/library/covering-runs.ts";
import { noticingRuns } from "../../scripts/library/noticing-runs.ts";
import { questionOf, titleOf } from "../../scripts/library/runs.ts";
import { search } from "../../src/checker/search.ts";
import { assertExpected } from "./compared-run.ts";

/** Beside this file, agree-with-reference.test.ts and executable.test.ts judge the rest. */
const elsewhere = new Set([...coveringRuns(), ...askingRuns()].map(titleOf));

test("scenarios that together need every line of the model get their expected verdicts", async () => {
  const runs = noticingRuns().filter((run) => !elsewhere.has(titleOf(run)));
  assert.ok(runs.length > 100);
  const differences: string[] = [];
  for (const run of runs) {
    const question = questionOf(run);
    const { program, properties, symmetries } = question;
    // Without traces and reports, which cost as much as the search.
    const found = await search(program, properties, { workers: 1, soloStates: Number.MAX_VALUE, symmetries });
    try {
      assertExpected(found, run, question);
    } catch (error) {
      differences.push(`${titleOf(run)}: ${(error as Error).message}`);
    }
  }
  assert.deepEqual(differences, []);
});

import assert from "node:assert/strict";
import test from "node:test";
import { coveringRuns } from "../../scripts/library/covering-runs.ts";
import { libraryRuns, type RunName, titleOf } from "../../scripts/library/runs.ts";
import { threads } from "../../src/review/threads.ts";
import { isNightly } from "../fixtures/nightly.ts";
import { type Compared, run as compare } from "./compared-run.ts";

const extension = import.meta.url.endsWith(".ts") ? ".ts" : ".js";

/** Every step of the model is in one of the runs. Every night, all runs of the library. */
const runs = isNightly ? libraryRuns() : coveringRuns();

test("on shipped scenarios with every step the generated search, with symmetry too, the plain search and the file's expectations agree, and pages and threads that count as alike are alike", async (t) => {
  // This thread has recorded the library already, so another one would load and optimise the same code again.
  const pool = isNightly
    ? await threads<RunName, Compared>(new URL(`./compared-run${extension}`, import.meta.url))
    : { size: 1, run: compare, end: async () => {} };
  const differences: string[] = [];
  let [partly, permuted] = [0, 0];
  try {
    const waiting = [...runs];
    await Promise.all(
      Array.from({ length: pool.size }, async () => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
          const { file, position } = next;
          try {
            const compared = await pool.run({ file, position });
            if (compared.depth !== undefined) partly++;
            permuted += compared.permuted;
          } catch (error) {
            differences.push(`${titleOf(next)}: ${(error as Error).message}`);
          }
        }
      }),
    );
  } finally {
    await pool.end();
  }
  t.diagnostic(`${partly} runs are large and were compared to a depth`);
  assert.deepEqual(differences, []);
  assert.ok(permuted > runs.length / 2, `${permuted} states were permuted`);
});

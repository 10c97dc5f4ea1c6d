import assert from "node:assert/strict";
import test from "node:test";
import { type RunName, runsOf, specFiles, titleOf } from "../../scripts/library/runs.ts";
import { threads } from "../../src/review/threads.ts";

test("on every shipped scenario the generated search, with symmetry too, the plain search and the file's expectations agree", async (t) => {
  const pool = await threads<RunName, number | undefined>(new URL("./compared-run.ts", import.meta.url));
  const differences: string[] = [];
  let partly = 0;
  try {
    const waiting = [...runsOf(specFiles)];
    await Promise.all(
      Array.from({ length: pool.size }, async () => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
          const { file, position } = next;
          try {
            if ((await pool.run({ file, position })) !== undefined) partly++;
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
});

/** Searches on several ranks, which exchange their messages within this process. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { findRun, questionOf } from "../../../scripts/library/runs.ts";
import type { SearchOptions, SearchResult } from "../../../src/checker/contract/search-types.ts";
import { search } from "../../../src/checker/search.ts";
import { randomProgram } from "../../fixtures/random-program.ts";
import { searchOnRanks } from "../../fixtures/ranks-in-process.ts";

const folder = mkdtempSync(join(tmpdir(), "exclusive-check-"));
after(() => rmSync(folder, { recursive: true }));

const stores: readonly SearchOptions[] = [
  {},
  { store: "tree", spillFolder: folder },
  { store: "fingerprint", spillFolder: folder },
];

/** The results that must not depend on the number of ranks. */
function judged(result: SearchResult) {
  const { seconds, statesPerSecond, workers, bytesPerState, parts, bytesOnDisk, ...rest } = result;
  assert.ok(seconds > 0 && statesPerSecond >= 0 && workers > 0 && bytesPerState > 0);
  return rest;
}

const few = { workers: 1, memoryBytes: 2 ** 25, stopWhen: "exhausted" } as const;

test("random programs get the same result on one, two and three ranks as in one process, in every store", async () => {
  await fc.assert(
    fc.asyncProperty(fc.gen(), async (g) => {
      const { program, properties } = randomProgram(g);
      const options = { ...few, maxDepth: 6 };
      for (const store of stores) {
        const alone = judged(await search(program, properties, { ...options, ...store }));
        for (const ranks of [1, 2, 3])
          assert.deepEqual(judged(await searchOnRanks(ranks, program, properties, { ...options, ...store })), alone);
      }
    }),
    { numRuns: 8 },
  );
});

test("shipped scenarios get the same counts, verdicts and traces, with and without symmetry", async () => {
  for (const file of ["specs/fault-race.json", "specs/as-documented-zap.json", "specs/mlock-and-migrate.json"]) {
    const { program, properties, symmetries } = questionOf(findRun({ file, position: 0 }));
    const judgedByRanks = properties.filter(({ checks }) => checks.every(({ kind }) => kind !== "can-finish"));
    for (const used of [[], symmetries]) {
      for (const stopWhen of ["exhausted", "first-violation-level"] as const) {
        const options = { workers: 1, memoryBytes: 2 ** 27, symmetries: used, stopWhen };
        const alone = judged(await search(program, judgedByRanks, options));
        for (const ranks of [2, 3])
          assert.deepEqual(judged(await searchOnRanks(ranks, program, judgedByRanks, options)), alone);
      }
    }
  }
});

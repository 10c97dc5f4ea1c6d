/**
 * Scenarios give the same results on one, two and three ranks as in one process, in every store, with and without
 * symmetry. Every night: ten random scenarios, and every scenario of the package that is small enough, under one of its
 * kernels.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { type Question, questionOf, runsOf, specFiles, titleOf } from "../../../scripts/library/runs.ts";
import { tryScenario } from "../../../scripts/soundness/try-scenario.ts";
import type { SearchOptions, SearchResult } from "../../../src/checker/contract/search-types.ts";
import { search } from "../../../src/checker/search.ts";
import { isNightly, tries } from "../../fixtures/nightly.ts";
import { searchOnRanks } from "../../fixtures/ranks-in-process.ts";

const folder = mkdtempSync(join(tmpdir(), "exclusive-check-"));
after(() => rmSync(folder, { recursive: true }));

/** As `npm run check-specs -- --quick`. */
const quickStates = 100_000;

const options = { workers: 1, soloStates: Number.MAX_VALUE, memoryBytes: 2 ** 27, spillFolder: folder } as const;

/** The results that must not depend on the number of ranks. */
function judged(result: SearchResult) {
  const { seconds, statesPerSecond, workers, bytesPerState, parts, bytesOnDisk, ...rest } = result;
  assert.ok(seconds > 0 && statesPerSecond >= 0 && workers > 0 && bytesPerState > 0);
  return rest;
}

let [compared, searches] = [0, 0];

/** Compares all ways, if the scenario is small enough. */
async function compare({ program, properties, symmetries }: Question, maxStates: number): Promise<void> {
  const first = await search(program, properties, { ...options, maxStates, stopWhen: "exhausted" });
  if (first.bound !== undefined) return;
  compared++;
  for (const used of symmetries.length === 0 ? [[]] : [[], symmetries])
    for (const store of ["exact", "tree", "fingerprint"] as const)
      for (const stopWhen of ["exhausted", "first-violation-level"] as const) {
        if (stopWhen !== "exhausted" && (store !== "exact" || first.violations.length === 0)) continue;
        const asked: SearchOptions = { ...options, store, symmetries: used, stopWhen };
        const alone = judged(await search(program, properties, asked));
        for (const ranks of [1, 2, 3]) {
          searches++;
          assert.deepEqual(judged(await searchOnRanks(ranks, program, properties, asked)), alone);
        }
      }
}

test("random scenarios give the same results on any number of ranks", { timeout: 3_600_000 }, async (t) => {
  const wanted = tries(1, 10);
  const done = new Set<Question["program"]>();
  compared = 0;
  for (let seed = 1; compared < wanted; seed++)
    await tryScenario(
      seed,
      async (question, { symmetric, ...way }) => {
        if (!done.has(question.program) && compared < wanted) {
          done.add(question.program);
          await compare(question, 20_000);
        }
        const symmetries = symmetric === true ? question.symmetries : [];
        return search(question.program, question.properties, { ...options, ...way, symmetries });
      },
      { states: 20_000, plainStates: 0 },
    );
  t.diagnostic(`${compared} scenarios, ${searches} searches by ranks`);
});

test("the scenarios of the package give the same results on any number of ranks", { timeout: 7_200_000 }, async (t) => {
  const files = isNightly ? specFiles : ["specs/fault-race.json"];
  [compared, searches] = [0, 0];
  const different: string[] = [];
  for (const [number, file] of files.entries()) {
    const runs = runsOf([file]);
    const run = runs[number % runs.length];
    if (run === undefined) continue;
    try {
      await compare(questionOf(run), quickStates);
    } catch (error) {
      different.push(`${titleOf(run)}: ${error instanceof Error ? error.message : error}`);
    }
  }
  t.diagnostic(`${compared} of ${files.length} scenarios, ${searches} searches by ranks`);
  assert.deepEqual(different, []);
});

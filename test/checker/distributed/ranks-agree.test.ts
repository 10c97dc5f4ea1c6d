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
import type { Property } from "../../../src/ir/property.ts";
import { isNightly, tries } from "../../fixtures/nightly.ts";
import { randomProgram } from "../../fixtures/random-program.ts";
import { searchOnRanks } from "../../fixtures/ranks-in-process.ts";
import { assertsHold, canFinish, noDeadlock, retryModel } from "../../fixtures/retry-model.ts";
import { sampleUntil } from "../../fixtures/samples.ts";

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

const endsAlone: Property = { name: "ends-alone", sentence: "", checks: [{ kind: "ends-alone" }] };

/** Ranks of one process are compared by the first test; with every number every night. */
const several = isNightly ? [1, 2, 3] : [2, 3];

const few = { workers: 1, memoryBytes: 2 ** 25, stopWhen: "exhausted" } as const;

test("random programs get the same result on one, two and three ranks as in one process, in every store", async () => {
  await fc.assert(
    fc.asyncProperty(fc.gen(), async (g) => {
      const { program, properties: own } = randomProgram(g);
      const properties = [...own, canFinish];
      const options = { ...few, maxDepth: 6 };
      for (const store of stores) {
        const alone = judged(await search(program, properties, { ...options, ...store }));
        for (const ranks of [1, 2, 3])
          assert.deepEqual(judged(await searchOnRanks(ranks, program, properties, { ...options, ...store })), alone);
      }
    }),
    { numRuns: tries(2, 20) },
  );
});

test("shipped scenarios get the same counts, verdicts and traces, with and without symmetry", async () => {
  for (const [one, file] of ["specs/fault-race.json", "specs/mlock-and-migrate.json"].entries()) {
    const { program, properties, symmetries } = questionOf(findRun({ file, position: 0 }));
    for (const [two, used] of [[], symmetries].entries()) {
      for (const [three, stopWhen] of (["exhausted", "first-violation-level"] as const).entries()) {
        // Each pair of the three once; every night all.
        if (!isNightly && (one + two + three) % 2 === 1) continue;
        const options = { workers: 1, memoryBytes: 2 ** 27, symmetries: used, stopWhen };
        const alone = judged(await search(program, properties, options));
        for (const ranks of several)
          assert.deepEqual(judged(await searchOnRanks(ranks, program, properties, options)), alone);
      }
    }
  }
});

test("ranks find the same livelocked states and lone loops, and the same traces to them", async () => {
  const models = [{}, { polite: true }, { waits: true }, { asserts: true }];
  for (const [one, program] of models.map(retryModel).entries()) {
    for (const [two, properties] of [[canFinish], [assertsHold, canFinish, noDeadlock, endsAlone]].entries()) {
      for (const [three, store] of stores.entries()) {
        if (!isNightly && (one + two) % stores.length !== three) continue;
        const alone = judged(await search(program, properties, { ...few, ...store }));
        for (const ranks of [2, 3])
          assert.deepEqual(judged(await searchOnRanks(ranks, program, properties, { ...few, ...store })), alone);
      }
    }
  }
});

test("ranks find the same livelocked states if they keep little of what they sent, and expand more again", async () => {
  const some = { states: 40, roots: 2 ** 22 };
  const { program: race, properties } = questionOf(findRun({ file: "specs/fault-race.json", position: 0 }));
  const options = { ...few, memoryBytes: 2 ** 27 };
  const alone = judged(await search(race, properties, options));
  for (const keeping of [some, { states: 0, roots: 2 ** 22 }, { states: 40, roots: 3 }, { states: 0, roots: 0 }]) {
    for (const program of [{}, { polite: true }, { waits: true }].map(retryModel)) {
      const whole = judged(await search(program, [canFinish], few));
      for (const ranks of isNightly ? [1, 2, 3] : [1, 3])
        assert.deepEqual(judged(await searchOnRanks(ranks, program, [canFinish], few, undefined, keeping)), whole);
    }
    assert.deepEqual(judged(await searchOnRanks(3, race, properties, options, undefined, keeping)), alone);
  }
});

test("ranks judge ends-together as one process does, with and without symmetry", async () => {
  for (const file of ["specs/store-and-device-forever.json", "specs/two-devices-forever.json"].slice(0, tries(1, 2))) {
    for (let position = 0; position < tries(1, 2); position++) {
      const { program, properties, symmetries } = questionOf(findRun({ file, position }));
      for (const used of symmetries.length === 0 ? [[]] : [[], symmetries])
        for (const store of stores.slice(0, tries(1, 3))) {
          const options = { ...few, ...store, memoryBytes: 2 ** 27, symmetries: used };
          const alone = judged(await search(program, properties, options));
          for (const ranks of several)
            assert.deepEqual(judged(await searchOnRanks(ranks, program, properties, options)), alone);
        }
    }
  }
});

test("ranks find the same fair loops in random programs", async () => {
  const endsTogether: Property = { name: "ends-together", sentence: "", checks: [{ kind: "ends-together" }] };
  let loops = 0;
  await sampleUntil(
    () => loops > 0 || !isNightly,
    () =>
      fc.assert(
        fc.asyncProperty(fc.gen(), fc.constantFrom(...stores), async (g, store) => {
          const { program } = randomProgram(g);
          const alone = judged(await search(program, [endsTogether], { ...few, ...store }));
          loops += alone.violations.length;
          for (const ranks of several)
            assert.deepEqual(judged(await searchOnRanks(ranks, program, [endsTogether], { ...few, ...store })), alone);
        }),
        { numRuns: tries(3, 100) },
      ),
  );
  if (isNightly) assert.ok(loops > 0, "no program had a loop");
});

test("a rank that owns no states takes part", async () => {
  const { program, properties } = questionOf(findRun({ file: "specs/fault-race.json", position: 0 }));
  const alone = judged(await search(program, properties, few));
  assert.deepEqual(judged(await searchOnRanks(12, program, properties, few)), alone);
});

test("the limits on depth and states, the timeout and a signal hold for all ranks together", async () => {
  const { program, properties } = questionOf(findRun({ file: "specs/mlock-and-migrate.json", position: 0 }));
  const shallow = { ...few, maxDepth: 20 };
  assert.deepEqual(
    judged(await searchOnRanks(3, program, properties, shallow)),
    judged(await search(program, properties, shallow)),
  );
  const bounded = await searchOnRanks(3, program, properties, { ...few, maxStates: 3000 });
  assert.deepEqual([bounded.bound, bounded.complete], ["states", false]);
  assert.ok(bounded.states > 3000 && bounded.states < 4500, `${bounded.states} states`);
  const short = await searchOnRanks(3, program, properties, { ...few, timeoutMs: 0 });
  assert.deepEqual([short.bound, short.states], ["timeout", 1]);
  const stopped = await searchOnRanks(3, program, properties, { ...few, signal: AbortSignal.abort() });
  assert.deepEqual([stopped.bound, stopped.states], ["signal", 1]);
});

/** Of steps that cannot disturb each other one order is searched; what is found stays the same. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { questionOf, type Run, runsOf, titleOf } from "../../scripts/library/runs.ts";
import { reducedSearch } from "../../src/checker/reduced-search.ts";
import { search } from "../../src/checker/search.ts";
import type { SearchResult } from "../../src/checker/search-types.ts";
import { sparseProgram } from "../fixtures/sparse-program.ts";

const [swapTwoSlots] = runsOf(["specs/swap-two-slots.json"]).slice(-1) as [Run];

/** What a reduced search that finds nothing must share with one of every state. */
function seen({ violations, tested, transitionsOf, complete }: SearchResult) {
  return { violations, tested, complete, reached: transitionsOf.map((transitions) => transitions > 0) };
}

const small = { workers: 1, memoryBytes: 2 ** 25 } as const;

test("on meaningless programs the reduced search finds whether anything is violated, and covers the same", async () => {
  let [holding, smaller] = [0, 0];
  await fc.assert(
    fc.asyncProperty(fc.gen(), async (g) => {
      const { program, properties } = sparseProgram(g);
      const whole = await search(program, properties, small);
      const reduced = await search(program, properties, { ...small, partialOrder: true });
      assert.equal(reduced.violations.length > 0, whole.violations.length > 0);
      if (whole.violations.length > 0) return;
      holding++;
      if (reduced.states < whole.states) smaller++;
      assert.deepEqual(seen(reduced), seen(whole));
    }),
    { numRuns: 200, endOnFailure: true },
  );
  assert.ok(holding > 40 && smaller > 30, `${holding} hold, ${smaller} of them were reduced`);
});

/** Some hold, some are violated; pages and threads to exchange. */
const scenarios = [
  "specs/migrate-and-zap.json",
  "specs/reclaim-and-clear-refs.json",
  "specs/without-fork-flushes-tlb.json",
];

test("shipped scenarios give the same verdicts, traces and coverage, with and without symmetry", async () => {
  let smaller = 0;
  for (const run of runsOf(scenarios)) {
    const { program, properties, symmetries } = questionOf(run);
    const whole = await search(program, properties, { workers: 1 });
    for (const exchanged of symmetries.length > 0 ? [[], symmetries] : [[]]) {
      const options = { workers: 1, symmetries: exchanged, partialOrder: true };
      const reduced = await reducedSearch(program, properties, options);
      assert.deepEqual(judged(reduced), judged(whole), titleOf(run));
      assert.equal(reduced.partialOrder, whole.violations.length === 0, titleOf(run));
      if (reduced.partialOrder && exchanged.length === 0) {
        assert.deepEqual(seen(reduced), seen(whole), titleOf(run));
        assert.ok(reduced.states <= whole.states);
        if (reduced.states * 1.2 < whole.states) smaller++;
      }
    }
  }
  assert.ok(smaller > 1, `${smaller} became smaller by a sixth`);
});

/** What no reduction may change. */
function judged({ violations, tested, complete }: SearchResult) {
  return { violations, tested, complete };
}

const folder = mkdtempSync(join(tmpdir(), "exclusive-check-"));
after(() => rmSync(folder, { recursive: true }));

test("a reduced search that was stopped goes on reduced, with any store", async () => {
  const { program, properties } = questionOf(swapTwoSlots);
  const file = join(folder, "checkpoint");
  const checkpoint = { file, everyMs: 3_600_000, onFailure: assert.fail };
  const options = { workers: 1, partialOrder: true } as const;
  const atOnce = await reducedSearch(program, properties, options);
  const stopped = await reducedSearch(program, properties, { ...options, maxStates: 700, checkpoint });
  assert.deepEqual([stopped.bound, stopped.partialOrder], ["states", true]);
  const resumed = await reducedSearch(program, properties, { ...options, resumeFrom: file });
  const byFingerprint = await reducedSearch(program, properties, { ...options, store: "fingerprint" });
  for (const found of [resumed, byFingerprint]) {
    assert.deepEqual(seen(found), seen(atOnce));
    assert.equal(found.states, atOnce.states);
  }
  await assert.rejects(
    search(program, properties, { workers: 1, resumeFrom: file }),
    /checkpoint is of another search/,
  );
});

test("one, two and four workers count the same", async () => {
  const { program, properties } = questionOf(swapTwoSlots);
  const counts = async (workers: number) => {
    const found = await search(program, properties, { workers, soloStates: 100, partialOrder: true });
    const { states, transitions, depth, transitionsOf, tested } = found;
    return { states, transitions, depth, transitionsOf, tested };
  };
  const alone = await counts(1);
  assert.deepEqual(await counts(2), alone);
  assert.deepEqual(await counts(4), alone);
});

test("a search of a certain depth searches every order", async () => {
  const [run] = runsOf(["specs/migrate-and-zap.json"]) as [Run];
  const { program, properties } = questionOf(run);
  const options = { workers: 1, partialOrder: true };
  const deep = await reducedSearch(program, properties, { ...options, maxDepth: 1000 });
  const reduced = await reducedSearch(program, properties, options);
  assert.deepEqual([deep.partialOrder, reduced.partialOrder], [false, true]);
  assert.ok(reduced.states < deep.states);
});

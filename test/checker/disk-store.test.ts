/** The store that keeps the fingerprints of finished levels on the disk finds what the exact store finds. */
import assert from "node:assert/strict";
import { closeSync, mkdtempSync, openSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { filterLevel } from "../../src/checker/filter-level.ts";
import { bounds } from "../../src/checker/level-leader.ts";
import { abort } from "../../src/checker/rendezvous.ts";
import { search } from "../../src/checker/search.ts";
import { prepareSearch } from "../../src/checker/search-setup.ts";
import type { SearchOptions, SearchResult } from "../../src/checker/search-types.ts";
import { get, put } from "../../src/checker/shared-memory.ts";
import { settledOrFull, settleStart } from "../../src/checker/sorted-fingerprints.ts";
import { peersModel, peersProperties } from "../fixtures/peers-model.ts";
import { randomProgram } from "../fixtures/random-program.ts";
import { canFinish } from "../fixtures/retry-model.ts";

const folder = mkdtempSync(join(tmpdir(), "exclusive-check-"));
after(() => rmSync(folder, { recursive: true }));
const disk = { store: "disk", spillFolder: folder } as const;
const alone = { workers: 1, soloStates: Number.POSITIVE_INFINITY } as const;

/** What may not depend on the store, nor on the number of threads. */
function judged(result: SearchResult) {
  const { seconds, statesPerSecond, workers, bytesPerState, store, missProbability, bytesOnDisk, ...rest } = result;
  return rest;
}

test("one, two and four workers find what the exact store finds, with and without symmetries", {
  timeout: 120_000,
}, async () => {
  const program = peersModel(3, true);
  for (const symmetries of [[], program.symmetries]) {
    const options: SearchOptions = { stopWhen: "exhausted", symmetries };
    const exact = judged(await search(program, peersProperties, { ...options, ...alone }));
    for (const threads of [alone, { workers: 2, soloStates: 1000 }, { workers: 4, soloStates: 0 }]) {
      if (symmetries.length === 0 && threads.workers !== 2) continue;
      const found = await search(program, peersProperties, { ...options, ...disk, ...threads, memoryBytes: 2 ** 25 });
      assert.deepEqual(judged(found), exact);
      assert.equal(found.bytesOnDisk, found.states * (8 + Math.ceil(found.bitsPerState / 32) * 4));
    }
  }
  assert.deepEqual(readdirSync(folder), []);
});

test("meaningless programs are judged as with the exact store", async () => {
  await fc.assert(
    fc.asyncProperty(fc.gen(), async (g) => {
      const { program, properties } = randomProgram(g);
      const options = { maxDepth: 6, ...alone, memoryBytes: 2 ** 25, stopWhen: "exhausted" } as const;
      const exact = await search(program, properties, options);
      assert.deepEqual(judged(await search(program, properties, { ...options, ...disk })), judged(exact));
    }),
    { numRuns: 60 },
  );
});

test("a search goes on to its end in memory that a table of all fingerprints does not fit in", async () => {
  const options = { ...alone, spillFolder: folder, memoryBytes: 6 * 2 ** 20 };
  const inMemory = await search(peersModel(3), peersProperties, { ...options, store: "fingerprint" });
  assert.equal(inMemory.bound, "memory");
  const onDisk = await search(peersModel(3), peersProperties, { ...options, store: "disk" });
  assert.deepEqual([onDisk.complete, onDisk.states, onDisk.transitions], [true, 352_617, 1_050_465]);
  assert.ok(onDisk.missProbability > 0 && onDisk.missProbability < 1e-8);
});

test("a search stopped at any level ends like one that was not", { timeout: 60_000 }, async () => {
  const program = peersModel(3, true);
  const options = {
    store: "disk",
    ...alone,
    memoryBytes: 2 ** 25,
    stopWhen: "exhausted",
    symmetries: program.symmetries,
  } as const;
  const whole = judged(await search(program, peersProperties, options));
  const onFailure = (error: Error): void => {
    throw error;
  };
  let resume: SearchOptions = {};
  for (const [stop, name] of [
    [{ maxDepth: 7 }, "one"],
    [{ maxStates: 20_000 }, "one"],
    [{ maxDepth: 40 }, "two"],
  ] as const) {
    const file = join(folder, name);
    const checkpoint = { checkpoint: { file, everyMs: 3_600_000, onFailure } };
    const part = await search(program, peersProperties, { ...options, ...resume, ...stop, ...checkpoint });
    assert.ok(part.bound !== undefined);
    resume = { resumeFrom: file };
  }
  assert.deepEqual(judged(await search(program, peersProperties, { ...options, ...resume })), whole);
});

test("where the disk is full for fingerprints, that ends the search", () => {
  const { shared, instance, storage } = prepareSearch(peersModel(2), peersProperties, { ...disk, ...alone });
  const full = openSync("/dev/full", "r+");
  try {
    assert.equal(settledOrFull(shared, instance, full), true, "nothing new was found, so nothing is written");
    instance.run(0, 1);
    instance.closeSegment();
    assert.equal(settledOrFull(shared, instance, full), false);
    assert.equal(bounds[get(shared, "outcome") - 1], "disk");
  } finally {
    closeSync(full);
    storage?.close();
  }
});

test("nothing goes into the table before every thread has cleared its part of it", () => {
  const { shared, instance, storage, limits } = prepareSearch(peersModel(2), peersProperties, { ...disk, workers: 2 });
  try {
    put(shared, "participants", 2);
    put(shared, "reinsertClaim", 0);
    // The other thread never comes; so that nobody waits for it, the search is aborted.
    abort(shared);
    assert.equal(filterLevel(shared, instance, 0, limits), false);
    assert.equal(get(shared, "reinsertClaim"), 0);
  } finally {
    storage?.close();
  }
});

test("whether all can still finish is not asked of it", async () => {
  await assert.rejects(
    search(peersModel(2), [canFinish], { ...disk, ...alone }),
    /cannot tell whether all can still finish/,
  );
});

test("a disk that is full from the start ends the search before it begins", () => {
  const { shared, instance, storage } = prepareSearch(peersModel(2), peersProperties, { ...disk, ...alone });
  const full = openSync("/dev/full", "r+");
  try {
    settleStart(shared, instance, full);
    assert.equal(bounds[get(shared, "outcome") - 1], "disk");
  } finally {
    closeSync(full);
    storage?.close();
  }
});

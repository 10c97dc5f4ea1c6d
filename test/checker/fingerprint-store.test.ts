import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { findRun, questionOf } from "../../scripts/library/runs.ts";
import type { SearchOptions, SearchResult } from "../../src/checker/contract/search-types.ts";
import { search } from "../../src/checker/search.ts";
import { eq, load } from "../../src/ir/expression.ts";
import type { Program } from "../../src/ir/program.ts";
import type { Property } from "../../src/ir/property.ts";
import { isNightly, tries } from "../fixtures/nightly.ts";
import { peersModel, peersProperties } from "../fixtures/peers-model.ts";
import { randomProgram } from "../fixtures/random-program.ts";
import { assertsHold, canFinish, noDeadlock, retryModel } from "../fixtures/retry-model.ts";

const folder = mkdtempSync(join(tmpdir(), "exclusive-check-"));
after(() => rmSync(folder, { recursive: true }));
const fingerprint = { store: "fingerprint", spillFolder: folder } as const;

/** The results that must not depend on the store or on the number of threads. */
function judged(result: SearchResult) {
  const { seconds, statesPerSecond, workers, bytesPerState, store, omissionProbability, bytesOnDisk, ...rest } = result;
  assert.ok(seconds > 0 && statesPerSecond >= 0 && workers > 0 && bytesPerState > 0);
  // If the initial state violates a property, nothing is stored.
  if (rest.states > 0) assert.equal(store === "exact", omissionProbability === 0 && bytesOnDisk === 0);
  return rest;
}

/** A property that the protocol violates in many places. */
function exclusiveIsLocked({ variables }: Program): Property {
  const [pte, locked] = ["pte", "page_lock"].map((name) => {
    const found = variables.find((variable) => variable.name === name);
    assert.ok(found !== undefined);
    return load(found, 0);
  }) as [ReturnType<typeof load>, ReturnType<typeof load>];
  const check = { kind: "state", premise: eq(pte, "exclusive"), condition: locked } as const;
  return { name: "exclusive-is-locked", sentence: "", checks: [check] };
}

test("one, two and four workers find what the exact store finds, while the table grows", {
  timeout: 120_000,
}, async () => {
  for (const reduced of [false, true]) {
    const program = peersModel(3, true);
    const properties = [...peersProperties, exclusiveIsLocked(program), canFinish];
    const options: SearchOptions = {
      stopWhen: "exhausted",
      symmetries: reduced ? program.symmetries : [],
      memoryBytes: 2 ** 27,
    };
    const exact = judged(await search(program, properties, { ...options, workers: 1 }));
    assert.equal(exact.violations.length, 2);
    for (const [workers, soloStates] of [
      [1, Number.POSITIVE_INFINITY],
      [2, 1000],
      [4, 0],
    ] as const) {
      // Without symmetry there are six times as many states. So two workers search them every night.
      if (reduced ? workers === 4 : workers === 2 && !isNightly) continue;
      const found = await search(program, properties, { ...options, ...fingerprint, workers, soloStates });
      assert.deepEqual(judged(found), exact);
    }
  }
});

test("random programs get the same result as with the exact store", async () => {
  await fc.assert(
    fc.asyncProperty(fc.gen(), async (g) => {
      const { program, properties } = randomProgram(g);
      const options = { maxDepth: 6, workers: 1, memoryBytes: 2 ** 25, stopWhen: "exhausted" } as const;
      const searched = [...properties, canFinish];
      const exact = await search(program, searched, options);
      assert.deepEqual(judged(await search(program, searched, { ...options, ...fingerprint })), judged(exact));
    }),
    { numRuns: tries(6, 50) },
  );
});

test("livelocked states are found by expanding all states again", async () => {
  for (const program of [
    retryModel(),
    retryModel({ polite: true }),
    retryModel({ waits: true }),
    retryModel({ asserts: true }),
  ]) {
    for (const properties of [[canFinish], [canFinish, noDeadlock], [assertsHold, canFinish]]) {
      const options = { workers: 1, stopWhen: "exhausted" } as const;
      const exact = judged(await search(program, properties, options));
      assert.deepEqual(judged(await search(program, properties, { ...options, ...fingerprint })), exact);
    }
  }
});

test("shipped scenarios get the same result as with the exact store, with and without symmetry", {
  timeout: 60_000,
}, async () => {
  for (const file of ["specs/fault-race.json", "specs/as-documented-zap.json", "specs/mlock-and-migrate.json"]) {
    const { program, properties, symmetries } = questionOf(findRun({ file, position: 0 }));
    for (const used of [[], symmetries]) {
      const options = { workers: 1, stopWhen: "exhausted", symmetries: used, maxStates: 200_000 } as const;
      const exact = judged(await search(program, properties, options));
      assert.deepEqual(judged(await search(program, properties, { ...options, ...fingerprint })), exact);
    }
  }
});

test("if fingerprints are too short, states are missed, and the report says how probable that was", async () => {
  const options = { ...fingerprint, workers: 1 };
  const short = await search(peersModel(2), peersProperties, { ...options, fingerprintBits: 8 });
  assert.ok(short.states < 256, `${short.states} states`);
  assert.deepEqual([short.complete, short.omissionProbability], [true, 1]);
  const longer = await search(peersModel(2), peersProperties, { ...options, fingerprintBits: 16 });
  assert.ok(longer.states > 5000 && longer.states < 10_810, `${longer.states} states`);
  assert.equal(longer.omissionProbability, 1);
  const whole = await search(peersModel(2), peersProperties, options);
  assert.equal(whole.states, 10_810);
  assert.ok(Math.abs(whole.omissionProbability / (10_810 ** 2 / 2 ** 65) - 1) < 1e-3);
});

test("collisions are as frequent as the formula says", async () => {
  // Of n states with b bits, about n (n - 1) / 2^(b + 1) pairs share a fingerprint; missed states hide some others.
  const fingerprintBits = 24;
  const expected = 10_810 ** 2 / 2 ** (fingerprintBits + 1);
  const { states } = await search(peersModel(2), peersProperties, { ...fingerprint, fingerprintBits, workers: 1 });
  assert.ok(expected > 3 && expected < 4);
  assert.ok(10_810 - states <= 20, `${10_810 - states} states were missed`);
});

test("memory holds two levels, and earlier levels are in a file without a name", async () => {
  const seen: string[][] = [];
  const found = await search(peersModel(3), peersProperties, {
    ...fingerprint,
    workers: 2,
    soloStates: 100,
    memoryBytes: 2 ** 27,
    onProgress: () => seen.push(readdirSync(folder)),
  });
  assert.equal(found.states, 352_617);
  assert.equal(found.bytesOnDisk, 352_617 * Math.ceil(found.bitsPerState / 32) * 4);
  assert.ok(found.bytesPerState < 30, `${found.bytesPerState} bytes a state`);
  assert.deepEqual([seen.flat(), readdirSync(folder)], [[], []]);
});

test("a search stops if its memory runs out, for the table or for two levels", async () => {
  const options = { ...fingerprint, workers: 2, soloStates: 30_000 };
  const found = await search(peersModel(3), peersProperties, { ...options, memoryBytes: 5 * 2 ** 20 });
  assert.deepEqual([found.complete, found.bound], [false, "memory"]);
  assert.ok(found.states > 40_000, `${found.states} states`);
  await assert.rejects(search(peersModel(2), peersProperties, { ...options, memoryBytes: 2 ** 20 }), /too few/);
});

test("a folder that does not exist is an error at once", async () => {
  const options = { store: "fingerprint", spillFolder: join(folder, "none"), workers: 1 } as const;
  await assert.rejects(search(peersModel(2), peersProperties, options), /none: there is no such file/);
});

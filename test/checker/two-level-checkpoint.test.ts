import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, beforeEach, test } from "node:test";
import fc from "fast-check";
import type { SearchOptions, SearchResult } from "../../src/checker/contract/search-types.ts";
import { fileHead } from "../../src/checker/disk/level-file.ts";
import { search } from "../../src/checker/search.ts";
import { UserError } from "../../src/diagnostics/user-error.ts";
import type { Property } from "../../src/ir/property.ts";
import { isNightly, tries } from "../fixtures/nightly.ts";
import { peersModel, peersProperties } from "../fixtures/peers-model.ts";
import { randomProgram } from "../fixtures/random-program.ts";
import { canFinish } from "../fixtures/retry-model.ts";

const root = mkdtempSync(join(tmpdir(), "exclusive-check-"));
after(() => rmSync(root, { recursive: true }));
let folder = root;
let file = "";
beforeEach(() => {
  folder = mkdtempSync(join(root, "test-"));
  file = join(folder, "checkpoint");
});

const properties: readonly Property[] = [...peersProperties, canFinish];

function kept(everyMs = 3_600_000, name = file): SearchOptions {
  const onFailure = (error: Error): void => {
    throw error;
  };
  return { checkpoint: { file: name, everyMs, onFailure } };
}

/** The result of a search, without its times. How many parts it met counts only if it stored all states that it met. */
function timeless(result: SearchResult): SearchResult {
  const own = { seconds: 0, statesPerSecond: 0, bytesPerState: 0 };
  const parts = result.violations.length === 0 ? result.parts : undefined;
  return { ...result, ...own, parts, resumedAt: undefined, savedDepth: undefined };
}

const damaged = (error: unknown): boolean =>
  error instanceof UserError && error.diagnostics[0]?.code === "checkpoint/damaged";

for (const store of ["fingerprint", "tree"] as const)
  test(`a search stopped by any limit, at any level, ends like one that was not stopped (${store})`, {
    timeout: 120_000,
  }, async () => {
    const program = peersModel(3, true);
    const alone = { workers: 1, soloStates: Number.POSITIVE_INFINITY };
    // Without symmetry there are six times as many states.
    const symmetries = isNightly ? [] : program.symmetries;
    const options = { store, ...alone, memoryBytes: 2 ** 26, stopWhen: "exhausted", symmetries } as const;
    const whole = timeless(await search(program, properties, options));
    const beside = join(folder, "beside");
    // The states continue in the same file, are copied to the file of another checkpoint, and finally to one without a
    // name.
    let resume: SearchOptions = {};
    for (const [stop, name] of [
      [{ maxStates: 700 }, file],
      [{ maxDepth: 20 }, file],
      [{ maxStates: tries(10_000, 60_000) }, beside],
      [{ maxDepth: 40 }, beside],
    ] as const) {
      const part = await search(program, properties, { ...options, ...resume, ...stop, ...kept(undefined, name) });
      assert.ok(part.bound !== undefined, "it did not stop");
      resume = { resumeFrom: name };
    }
    assert.deepEqual(timeless(await search(program, properties, { ...options, ...resume })), whole);
    // The same again, because resuming does not change a checkpoint.
    assert.deepEqual(timeless(await search(program, properties, { ...options, ...resume })), whole);
  });

for (const store of ["fingerprint", "tree"] as const)
  test(`a checkpoint at every level changes no result, and a search can go on from the last one (${store})`, async () => {
    const program = peersModel(3, true);
    const symmetries = program.symmetries;
    const options = { store, workers: 2, soloStates: 100, stopWhen: "exhausted", symmetries } as const;
    const whole = timeless(await search(program, properties, { ...options, maxDepth: 20 }));
    const often = { ...options, ...kept(0) };
    assert.deepEqual(timeless(await search(program, properties, { ...often, maxDepth: 20 })), whole);
    assert.deepEqual(readdirSync(folder), ["checkpoint", "checkpoint.states1"]);
    const end = timeless(await search(program, properties, { ...options, workers: 1, soloStates: 1e9 }));
    const resumed = await search(program, properties, { ...options, resumeFrom: file });
    assert.deepEqual({ ...timeless(resumed), workers: 1 }, end);
  });

for (const store of ["fingerprint", "tree"] as const)
  test(`random programs, stopped again and again, end like those that were not stopped (${store})`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.gen(), async (g) => {
        const { program, properties: own } = randomProgram(g);
        const options = { store, workers: 1, memoryBytes: 2 ** 25, stopWhen: "exhausted" } as const;
        const whole = await search(program, own, { ...options, maxDepth: 6 });
        let resume: SearchOptions = {};
        for (const maxDepth of [1, 2, 3, 5]) {
          const part = await search(program, own, { ...options, ...kept(), ...resume, maxDepth });
          if (part.complete) return;
          resume = { resumeFrom: file };
        }
        assert.deepEqual(timeless(await search(program, own, { ...options, ...resume, maxDepth: 6 })), timeless(whole));
      }),
      { numRuns: tries(3, 20) },
    );
  });

const small = { store: "fingerprint", workers: 1, memoryBytes: 2 ** 25 } as const;

async function saved(options: SearchOptions = {}): Promise<SearchResult> {
  return search(peersModel(2), properties, { ...small, maxDepth: 12, ...kept(), ...options });
}

function resume(options: SearchOptions = {}): Promise<SearchResult> {
  return search(peersModel(2), properties, { ...small, resumeFrom: file, ...options });
}

for (const store of ["fingerprint", "tree"] as const)
  test(`a file of states that is damaged, cut off or missing is reported before the search (${store})`, async () => {
    const resumed = (options: SearchOptions = {}) => resume({ store, ...options });
    await saved({ store });
    const states = `${file}.states1`;
    const bytes = readFileSync(states);
    // Bytes that no segment has written are not read. The initial state is read.
    const wrong = Buffer.from(bytes);
    wrong[fileHead.length]! ^= 1;
    writeFileSync(states, wrong);
    await assert.rejects(resumed(), damaged);
    await assert.rejects(resumed(kept()), damaged);
    writeFileSync(states, bytes.subarray(0, bytes.length / 2));
    await assert.rejects(resumed(), damaged);
    rmSync(states);
    await assert.rejects(resumed(), /states1 is missing, which belongs to the checkpoint/);
    await assert.rejects(resumed(kept()), /states1 is missing/);
    writeFileSync(states, bytes);
    assert.equal((await resumed()).complete, true);
  });

test("a checkpoint with a wrong number of parts, or a wrong size of their table, is damaged and not too large", async () => {
  await saved({ store: "tree" });
  const bytes = readFileSync(file);
  const body = 12 + bytes.readUInt32LE(8) + 32;
  for (const place of [body, body + 3, body + 4, body + 7]) {
    const wrong = Buffer.from(bytes);
    wrong[place]! ^= 0x40;
    writeFileSync(file, wrong);
    await assert.rejects(resume({ store: "tree" }), damaged);
  }
});

test("a new search under the name of an earlier checkpoint keeps that one until it has its own", async () => {
  await saved();
  const before = readFileSync(file);
  assert.equal((await search(peersModel(2, true), properties, { ...small, ...kept() })).complete, true);
  assert.deepEqual(readdirSync(folder), ["checkpoint", "checkpoint.states1"]);
  assert.deepEqual(readFileSync(file), before);
  assert.equal((await resume()).complete, true);
  await saved({ maxDepth: 14 });
  assert.deepEqual(readdirSync(folder), ["checkpoint", "checkpoint.states2"]);
  assert.equal((await resume()).complete, true);
});

test("a checkpoint belongs to one store", async () => {
  await saved();
  await assert.rejects(resume({ store: "exact" }), /another search/);
  await saved({ description: { store: "fingerprint" } });
  await assert.rejects(
    resume({ store: "exact", description: { store: "exact" } }),
    /its store is fingerprint, and not exact/,
  );
});

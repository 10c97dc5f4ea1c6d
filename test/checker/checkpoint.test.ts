import assert from "node:assert/strict";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import type { SearchOptions, SearchResult } from "../../src/checker/contract/search-types.ts";
import { asideOf } from "../../src/checker/disk/checkpoint-file.ts";
import { search } from "../../src/checker/search.ts";
import { UserError } from "../../src/diagnostics/user-error.ts";
import type { Program } from "../../src/ir/program.ts";
import type { Property } from "../../src/ir/property.ts";
import { tries } from "../fixtures/nightly.ts";
import { peersModel, peersProperties } from "../fixtures/peers-model.ts";
import { randomProgram } from "../fixtures/random-program.ts";
import { retryModel } from "../fixtures/retry-model.ts";

const folder = mkdtempSync(join(tmpdir(), "exclusive-check-"));
after(() => rmSync(folder, { recursive: true }));
const file = join(folder, "checkpoint");

const canFinish: Property = { name: "can-finish", sentence: "", checks: [{ kind: "can-finish" }] };
const properties = [...peersProperties, canFinish];

const rethrow = (error: Error): void => {
  throw error;
};
const kept = { file, everyMs: 3_600_000, onFailure: rethrow };

/** Without what differs although the searches find the same. */
function timeless(result: SearchResult): SearchResult {
  return { ...result, seconds: 0, statesPerSecond: 0, resumedAt: undefined, savedDepth: undefined };
}

const diagnosed =
  (code: string) =>
  (error: unknown): boolean =>
    error instanceof UserError && error.diagnostics[0]?.code === code;

/** Stops the search by each of the limits in turn, and goes on to the end. */
async function inParts(
  program: Program,
  searched: readonly Property[],
  options: SearchOptions,
  stops: readonly SearchOptions[],
): Promise<SearchResult> {
  let resume: SearchOptions = {};
  for (const stop of stops) {
    const part = await search(program, searched, { ...options, ...resume, ...stop, checkpoint: kept });
    assert.ok(part.bound !== undefined, "it did not stop");
    resume = { resumeFrom: file };
  }
  return search(program, searched, { ...options, ...resume });
}

test("a search stopped by any limit, at any level, ends like one that was not stopped", {
  timeout: 120_000,
}, async () => {
  for (const [bug, workers] of [
    [true, 2],
    [false, 1],
  ].slice(0, tries(1, 2)) as [boolean, number][]) {
    const program = peersModel(3, bug);
    const options = { workers, memoryBytes: 2 ** 26, stopWhen: "exhausted" } as const;
    const whole = timeless(await search(program, properties, options));
    const stops = [{ maxStates: 700 }, { maxDepth: 20 }, { maxStates: 60_000 }, { timeoutMs: 1 }];
    assert.deepEqual(timeless(await inParts(program, properties, options, stops)), whole);
  }
});

test("a search with symmetries goes on only with the same symmetries", { timeout: 60_000 }, async () => {
  const program = peersModel(3, true);
  const options = { workers: 2, soloStates: 3000, memoryBytes: 2 ** 26, stopWhen: "exhausted" } as const;
  const symmetric = { ...options, symmetries: program.symmetries };
  const whole = timeless(await search(program, peersProperties, symmetric));
  const stops = [{ maxStates: 700 }, { maxDepth: 20 }, { maxStates: 20_000 }];
  assert.deepEqual(timeless(await inParts(program, peersProperties, symmetric, stops)), whole);
  await assert.rejects(
    search(program, peersProperties, { ...options, resumeFrom: file }),
    diagnosed("checkpoint/foreign"),
  );
});

test("a search whose memory was too small goes on with more", { timeout: 60_000 }, async () => {
  const options = { workers: 2, memoryBytes: 2 ** 26, maxDepth: 40 };
  const whole = timeless(await search(peersModel(3), properties, options));
  const small = { memoryBytes: 5 * 2 ** 20 };
  const part = await search(peersModel(3), properties, { ...options, ...small, checkpoint: kept });
  assert.equal(part.bound, "memory");
  await assert.rejects(
    search(peersModel(3), properties, { ...options, memoryBytes: 2 ** 22, resumeFrom: file }),
    diagnosed("checkpoint/too-large"),
  );
  assert.deepEqual(timeless(await search(peersModel(3), properties, { ...options, resumeFrom: file })), whole);
});

for (const [name, workers] of [
  ["one worker", 1],
  ["two workers", 2],
] as const)
  test(`with ${name}, a checkpoint at every level changes no result, and a search can go on from each`, {
    timeout: 60_000,
  }, async () => {
    const options = { workers, memoryBytes: 2 ** 26, soloStates: 100, maxDepth: 26, stopWhen: "exhausted" } as const;
    const program = peersModel(3, true);
    const whole = timeless(await search(program, properties, options));
    const always = { ...kept, everyMs: 0 };
    assert.deepEqual(timeless(await search(program, properties, { ...options, checkpoint: always })), whole);
    assert.deepEqual(timeless(await search(program, properties, { ...options, resumeFrom: file })), whole);
    assert.deepEqual(readdirSync(folder), ["checkpoint"]);
  });

test("random programs, stopped again and again, end like those that were not stopped", {
  timeout: 300_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.gen(), async (g) => {
      const { program, properties: own } = randomProgram(g);
      const options = { workers: 1, memoryBytes: 2 ** 25, maxDepth: 6, stopWhen: "exhausted" } as const;
      const whole = await search(program, own, options);
      rmSync(file, { force: true });
      for (const maxDepth of [1, 2, 3, 5]) {
        const resume = existsSync(file) ? { resumeFrom: file } : {};
        const part = await search(program, own, { ...options, maxDepth, ...resume, checkpoint: kept });
        if (part.complete) return;
      }
      assert.deepEqual(timeless(await search(program, own, { ...options, resumeFrom: file })), timeless(whole));
    }),
    { numRuns: tries(6, 30) },
  );
});

test("a loop of one actor that was met before the checkpoint is found in the end", async () => {
  const endsAlone: Property = { name: "ends-alone", sentence: "", checks: [{ kind: "ends-alone" }] };
  const whole = timeless(await search(retryModel(), [endsAlone], { workers: 1 }));
  assert.equal(whole.violations[0]?.loop?.length, 1);
  const stem = whole.violations[0].steps.length;
  const parts = await inParts(retryModel(), [endsAlone], { workers: 1 }, [{ maxDepth: stem + 1 }]);
  assert.deepEqual(timeless(parts), whole);
});

test("a resumed search that ends at the first violation still finds it", async () => {
  const options = { workers: 1, memoryBytes: 2 ** 26, stopWhen: "first-violation-level" } as const;
  const whole = timeless(await search(peersModel(3, true), properties, options));
  assert.equal(whole.violations.length, 1);
  const parts = await inParts(peersModel(3, true), properties, options, [{ maxDepth: 10 }]);
  assert.deepEqual(timeless(parts), whole);
});

async function saved(options: SearchOptions = {}): Promise<void> {
  await search(peersModel(2), properties, {
    workers: 1,
    memoryBytes: 2 ** 25,
    maxDepth: 12,
    checkpoint: kept,
    ...options,
  });
}

function resumed(
  options: SearchOptions = {},
  program = peersModel(2),
  own: readonly Property[] = properties,
): Promise<SearchResult> {
  return search(program, own, { workers: 1, memoryBytes: 2 ** 25, resumeFrom: file, ...options });
}

test("a checkpoint of another search is refused, and the message says what differs", async () => {
  await saved({ description: { kernel: "v8", features: "" } });
  const description = { kernel: "v8", features: "" };
  await assert.rejects(resumed({ description: { ...description, kernel: "v6.4" } }), /its kernel is v8, and not v6\.4/);
  await assert.rejects(resumed({ description: { kernel: "v8", features: "+a" } }), /its features is none, and not \+a/);
  await assert.rejects(resumed({ description: { features: "" } }), /its kernel is v8, and not none/);
  await assert.rejects(resumed({ description }, peersModel(2, true)), /program or its properties have changed/);
  await assert.rejects(resumed({ description }, peersModel(2), peersProperties), /properties have changed/);
  await assert.rejects(resumed({ description, maxDepth: 11 }), /12 steps deep already, and the search is to end at 11/);
  assert.equal((await resumed({ description })).complete, true);
});

test("a search that ends at the first violation refuses a checkpoint from after that violation", async () => {
  const program = peersModel(2, true);
  const options = { workers: 1, memoryBytes: 2 ** 25, stopWhen: "exhausted", maxDepth: 30, checkpoint: kept } as const;
  assert.equal((await search(program, properties, options)).violations.length, 1);
  await assert.rejects(resumed({ stopWhen: "first-violation-level" }, program), /goes on after the first one/);
});

test("a checkpoint with any byte wrong or missing is refused", async () => {
  await saved();
  const bytes = readFileSync(file);
  const places = [...Array(13).keys(), ...Array.from({ length: 30 }, (_, i) => Math.floor((bytes.length * i) / 30))];
  for (const place of [...places, bytes.length - 1]) {
    const wrong = Buffer.from(bytes);
    wrong[place]! ^= 1 << (place % 8);
    writeFileSync(file, wrong);
    await assert.rejects(resumed(), diagnosed("checkpoint/damaged"), `byte ${place}`);
    writeFileSync(file, bytes.subarray(0, place));
    await assert.rejects(resumed(), diagnosed("checkpoint/damaged"), `${place} bytes`);
  }
  writeFileSync(file, Buffer.concat([bytes, Buffer.of(0)]));
  await assert.rejects(resumed(), /something follows its end/);
  writeFileSync(file, "");
  await assert.rejects(resumed(), /this is no checkpoint/);
  rmSync(file);
  await assert.rejects(resumed(), /there is no such file/);
  await assert.rejects(resumed({ resumeFrom: folder }), diagnosed("checkpoint/unreadable"));
});

test("if a checkpoint cannot be written, the search and the checkpoint before it remain", async () => {
  await saved();
  copyFileSync(file, join(folder, "before"));
  mkdirSync(asideOf(file));
  const failures: Error[] = [];
  await saved({ maxDepth: 14, checkpoint: { ...kept, onFailure: (error) => failures.push(error) } });
  assert.deepEqual(
    failures.map(({ message }) => message),
    [`${asideOf(realpathSync(file))} is in the way`],
  );
  assert.deepEqual(readFileSync(file), readFileSync(join(folder, "before")));
  assert.equal((await resumed()).complete, true);
});

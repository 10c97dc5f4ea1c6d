import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { SearchOptions, SearchResult } from "../../src/checker/contract/search-types.ts";
import { search } from "../../src/checker/search.ts";
import { peersModel, peersProperties } from "../fixtures/peers-model.ts";
import { canFinish, retryModel } from "../fixtures/retry-model.ts";

const folder = mkdtempSync(join(tmpdir(), "exclusive-check-"));
after(() => rmSync(folder, { recursive: true }));

const bitstate = { store: "bitstate", memoryBytes: 2 ** 24, stopWhen: "exhausted" } as const;
const alone = { workers: 1, soloStates: Number.POSITIVE_INFINITY };

/** The results that must not depend on the number of threads. */
function timeless({ seconds, statesPerSecond, workers, bytesPerState, resumedAt, savedDepth, ...rest }: SearchResult) {
  assert.ok(seconds > 0 && statesPerSecond > 0 && workers > 0 && bytesPerState > 0);
  return rest;
}

test("with a large enough table it finds what the exact store finds, and never claims to be complete", {
  timeout: 60_000,
}, async () => {
  const program = peersModel(3, true);
  for (const symmetries of [[], program.symmetries]) {
    const exact = await search(program, peersProperties, { ...alone, stopWhen: "exhausted", symmetries });
    for (const threads of [alone, { workers: 2, soloStates: 100 }]) {
      const found = await search(program, peersProperties, { ...bitstate, ...threads, symmetries });
      assert.deepEqual(
        [found.states, found.transitions, found.depth, found.violations],
        [exact.states, exact.transitions, exact.depth, exact.violations],
      );
      assert.deepEqual([found.complete, found.bound], [false, undefined]);
      assert.ok(found.omissionProbability > 0 && found.filled !== undefined && found.filled > 0 && found.filled < 0.1);
    }
  }
});

test("the states of a level are told apart even if its table must grow", async () => {
  const exact = await search(peersModel(4), peersProperties, { ...alone, maxDepth: 28 });
  const found = await search(peersModel(4), peersProperties, {
    ...alone,
    maxDepth: 28,
    store: "bitstate",
    memoryBytes: 2 ** 27,
  });
  assert.ok(exact.states > 1_000_000);
  assert.ok(exact.states - found.states < 20, `${exact.states - found.states} of ${exact.states} states were missed`);
  assert.equal(found.bound, "depth");
});

test("any number of threads misses the same states", { timeout: 60_000 }, async () => {
  // So few bits choose only a few of the table's lines.
  const crowded: SearchOptions = { ...bitstate, fingerprintBits: 53 };
  const one = timeless(await search(peersModel(3, true), peersProperties, { ...crowded, ...alone }));
  assert.ok(one.states > 10_000 && one.states < 200_000, `${one.states} states`);
  assert.equal(one.omissionProbability, 1);
  for (const workers of [2, 4]) {
    const found = await search(peersModel(3, true), peersProperties, { ...crowded, workers, soloStates: 1000 });
    assert.deepEqual(timeless(found), one);
  }
});

test("a search stopped by a limit goes on from its checkpoint to the same result", async () => {
  const crowded: SearchOptions = { ...bitstate, ...alone, fingerprintBits: 54 };
  const whole = timeless(await search(peersModel(3, true), peersProperties, crowded));
  const file = join(folder, "checkpoint");
  const onFailure = (error: Error): void => {
    throw error;
  };
  let resume: SearchOptions = {};
  for (const stop of [{ maxStates: 700 }, { maxDepth: 20 }, { maxStates: 30_000 }]) {
    const checkpoint = { file, everyMs: 3_600_000, onFailure };
    const part = await search(peersModel(3, true), peersProperties, { ...crowded, ...resume, ...stop, checkpoint });
    assert.ok(part.bound !== undefined, "it did not stop");
    resume = { resumeFrom: file };
  }
  assert.deepEqual(timeless(await search(peersModel(3, true), peersProperties, { ...crowded, ...resume })), whole);
});

test("it does not judge can-always-finish, because it may have missed a path to an end", async () => {
  const found = await search(retryModel(), [canFinish], { ...bitstate, ...alone });
  assert.deepEqual([found.complete, found.violations, found.tested], [false, [], [[false]]]);
});

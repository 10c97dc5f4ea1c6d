import assert from "node:assert/strict";
import test from "node:test";
import type { SearchProgress } from "../../src/checker/contract/search-types.ts";
import { referenceSearch } from "../../src/checker/reference-search.ts";
import { search } from "../../src/checker/search.ts";
import { peersModel, peersProperties } from "../fixtures/peers-model.ts";

const slow = { timeout: 60_000 };

test("a limit on the depth is exact", async () => {
  for (const maxDepth of [0, 1, 12]) {
    const found = await search(peersModel(2), peersProperties, { maxDepth });
    const plain = referenceSearch(peersModel(2), peersProperties, { maxDepth });
    assert.deepEqual([found.states, found.transitions, found.depth], [plain.states, plain.transitions, maxDepth]);
    assert.deepEqual([found.complete, found.bound], [false, "depth"]);
  }
});

test("a limit above the depth of the state space limits nothing", async () => {
  const found = await search(peersModel(2), peersProperties, { maxDepth: 52 });
  assert.deepEqual([found.states, found.depth, found.complete, found.bound], [10_810, 51, true, undefined]);
});

test("a limit on the states stops the search soon after it is reached", slow, async () => {
  for (const soloStates of [0, 20_000]) {
    const found = await search(peersModel(3), peersProperties, { maxStates: 60_000, workers: 2, soloStates });
    assert.deepEqual([found.complete, found.bound], [false, "states"]);
    assert.ok(found.states > 60_000 && found.states < 64_000, `${found.states} states`);
  }
});

test("a limit of exactly the number of states limits nothing", async () => {
  const found = await search(peersModel(2), peersProperties, { maxStates: 10_810 });
  assert.deepEqual([found.states, found.complete], [10_810, true]);
});

test("a search stops if its memory runs out", slow, async () => {
  const found = await search(peersModel(3), peersProperties, { memoryBytes: 5 * 2 ** 20, workers: 2 });
  assert.deepEqual([found.complete, found.bound], [false, "memory"]);
  assert.ok(found.states > 50_000, `${found.states} states`);
  assert.ok(found.states * found.bytesPerState < 5 * 2 ** 20);
});

test("too little memory to start is reported at once", async () => {
  await assert.rejects(search(peersModel(2), peersProperties, { memoryBytes: 2 ** 16 }), /too few to search with/);
});

test("a timeout stops the search, and its results so far are reported", slow, async () => {
  const found = await search(peersModel(4), peersProperties, { timeoutMs: 300, workers: 2 });
  assert.deepEqual([found.complete, found.bound], [false, "timeout"]);
  assert.ok(found.states < 9_537_538, `${found.states} states`);
});

test(
  "a signal stops the search, its results so far are reported, and so is its progress until then",
  slow,
  async () => {
    const controller = new AbortController();
    const reports: SearchProgress[] = [];
    const onProgress = (progress: SearchProgress): void => {
      reports.push(progress);
      if (progress.states > 100_000) controller.abort();
    };
    const found = await search(peersModel(4), peersProperties, { signal: controller.signal, onProgress, workers: 2 });
    assert.deepEqual([found.complete, found.bound], [false, "signal"]);
    const last = reports.at(-1);
    assert.ok(last !== undefined && last.states > 100_000 && last.transitions > last.states);
    assert.ok(last.depth > 10 && last.frontier > 0 && last.bytes > 0);
    assert.ok(found.states >= last.states && found.states < 9_537_538);
  },
);

test("the first level with a violation can be the last one", async () => {
  const found = await search(peersModel(2, true), peersProperties, { stopWhen: "first-violation-level" });
  assert.deepEqual([found.complete, found.violations[0]?.steps.length], [false, 20]);
  assert.ok(found.states < 9750);
});

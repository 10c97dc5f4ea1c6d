import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { SearchOptions, SearchResult } from "../../src/checker/contract/search-types.ts";
import { nodeEnvironment } from "../../src/checker/node/node-environment.ts";
import { search } from "../../src/checker/search.ts";
import { prepareSearch } from "../../src/checker/search-setup.ts";
import { chosenSplit } from "../../src/checker/split/chosen-split.ts";
import { layoutOf } from "../../src/ir/layout.ts";
import type { Program, Symmetry } from "../../src/ir/program.ts";
import type { Property } from "../../src/ir/property.ts";
import type { MemoryPlan } from "../../src/memory/memory-plan.ts";
import { isNightly } from "../fixtures/nightly.ts";
import { peersModel, peersProperties } from "../fixtures/peers-model.ts";

const folder = mkdtempSync(join(tmpdir(), "exclusive-check-"));
after(() => rmSync(folder, { recursive: true }));

const program = peersModel(2, true, 150);
const canFinish: Property = { name: "can-finish", sentence: "", checks: [{ kind: "can-finish" }] };
const properties = [...peersProperties, canFinish];

/** Table and control words fill most of the first memory, so nearly all states are in banks. */
const several = { memoryBytes: 24 * 2 ** 20, bytesPerMemory: 9 * 2 ** 20, stopWhen: "exhausted" } as const;

/** The results that must not depend on threads or memories. */
function timeless({
  seconds,
  statesPerSecond,
  workers,
  bytesPerState,
  resumedAt: _,
  savedDepth: __,
  ...rest
}: SearchResult) {
  assert.ok(seconds > 0 && statesPerSecond > 0 && workers > 0 && bytesPerState > 0);
  return rest;
}

test("states in several memories are found, compared and shown as in one memory", { timeout: 60_000 }, async () => {
  const symmetric = program.symmetries;
  // Canonical forms need room of their own beside the table.
  for (const [symmetries, workers, soloStates, megabytes] of [
    [[], 2, 2000, 9],
    [[], 4, 0, 9],
    [symmetric, 4, 0, 12],
  ] as const) {
    const options = { ...several, symmetries, workers, soloStates, bytesPerMemory: megabytes * 2 ** 20 };
    const inOne = { ...options, workers: 1, soloStates: Number.POSITIVE_INFINITY, bytesPerMemory: 2 ** 32 };
    const one = timeless(await search(program, properties, inOne));
    const { plan } = prepareSearch(nodeEnvironment, program, properties, options).store.shared;
    const banks = plan.bankPages.length;
    const { ownStates } = (plan as MemoryPlan<"exact">).store;
    assert.ok(banks >= 2 && ownStates < one.states, `${banks} banks, ${ownStates} states before`);
    assert.ok(one.violations.length > 0);
    assert.deepEqual(timeless(await search(program, properties, options)), one);
  }
});

test("a search in several memories stops at any limit and goes on from its checkpoint", {
  timeout: 60_000,
}, async () => {
  const whole = timeless(await search(program, properties, several));
  const checkpoint = {
    file: join(folder, "checkpoint"),
    everyMs: 3_600_000,
    onFailure(error: Error) {
      throw error;
    },
  };
  const bounded: SearchOptions = { ...several, maxStates: 7000, checkpoint };
  assert.equal((await search(program, properties, bounded)).bound, "states");
  const resumed = await search(program, properties, { ...several, resumeFrom: checkpoint.file });
  assert.deepEqual(timeless(resumed), whole);
});

test("a search that fills all its memories says so", async () => {
  const found = await search(program, peersProperties, { ...several, memoryBytes: 10 * 2 ** 20, workers: 1 });
  assert.deepEqual([found.complete, found.bound], [false, "memory"]);
});

/** The first memory holds parts and two levels, and the others hold the roots. */
const rootsApart = {
  store: "tree",
  spillFolder: folder,
  memoryBytes: 64 * 2 ** 20,
  bytesPerMemory: 16 * 2 ** 20,
} as const;

/** So few parts that the first memory has room for the states too. */
function fewParts(searched: Program, symmetries: readonly Symmetry[]) {
  return { leftMasks: chosenSplit(searched, layoutOf(searched), symmetries), partBits: 15 };
}

test("roots in several memories are found while they grow, and judged again after the search", {
  timeout: 120_000,
}, async () => {
  const large = peersModel(3, true);
  for (const symmetries of [[], large.symmetries]) {
    const asked: SearchOptions = { stopWhen: "exhausted", symmetries };
    const {
      bytesOnDisk: _,
      parts: __,
      store: ___,
      memoryBytes: ____,
      ...exact
    } = timeless(await search(large, properties, { ...asked, workers: 1 }));
    for (const [workers, soloStates] of [
      [1, Number.POSITIVE_INFINITY],
      [2, 1000],
      [4, 0],
    ] as const) {
      // Without symmetry there are six times as many states.
      if (!isNightly && (workers === 4) !== (symmetries.length === 0)) continue;
      const options = { ...asked, ...rootsApart, partition: fewParts(large, symmetries), workers, soloStates };
      const prepared = prepareSearch(nodeEnvironment, large, properties, options);
      prepared.storage?.close();
      const { bankPages, initialEntries } = prepared.store.shared.plan;
      assert.ok(bankPages.length >= 2);
      assert.ok(symmetries.length > 0 || exact.states > initialEntries, "the tables grow");
      const { bytesOnDisk, parts, store, memoryBytes, ...found } = timeless(await search(large, properties, options));
      assert.ok(bytesOnDisk > 0 && parts !== undefined && store === "tree" && memoryBytes > 0);
      assert.deepEqual(found, exact);
    }
  }
});

test("a search with roots in several memories goes on from its checkpoint, on one memory too", {
  timeout: 60_000,
}, async () => {
  const checkpoint = {
    file: join(folder, "roots"),
    everyMs: 3_600_000,
    onFailure(error: Error) {
      throw error;
    },
  };
  const small = peersModel(2, true);
  const apart = { ...several, ...rootsApart, partition: fewParts(small, []) };
  // The parts of violating states are in memory, but not in a checkpoint.
  const judged = ({ parts: _, ...rest }: SearchResult) => timeless(rest as SearchResult);
  const whole = judged(await search(small, properties, apart));
  const bounded: SearchOptions = { ...apart, maxStates: 7000, checkpoint };
  assert.equal((await search(small, properties, bounded)).bound, "states");
  for (const memories of [{}, { bytesPerMemory: 2 ** 32 }]) {
    const options = { ...apart, ...memories, resumeFrom: checkpoint.file };
    assert.deepEqual(judged(await search(small, properties, options)), whole);
  }
});

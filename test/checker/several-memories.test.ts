import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { SearchOptions, SearchResult } from "../../src/checker/contract/search-types.ts";
import { nodeEnvironment } from "../../src/checker/node/node-environment.ts";
import { search } from "../../src/checker/search.ts";
import { prepareSearch } from "../../src/checker/search-setup.ts";
import type { Property } from "../../src/ir/property.ts";
import type { MemoryPlan } from "../../src/memory/memory-plan.ts";
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

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { search } from "../../src/checker/search.ts";
import { prepareSearch } from "../../src/checker/search-setup.ts";
import type { SearchOptions, SearchResult } from "../../src/checker/search-types.ts";
import type { Property } from "../../src/ir/property.ts";
import { peersModel, peersProperties } from "../fixtures/peers-model.ts";

const folder = mkdtempSync(join(tmpdir(), "exclusive-check-"));
after(() => rmSync(folder, { recursive: true }));

const program = peersModel(3, true, 14);
const canFinish: Property = { name: "can-finish", sentence: "", checks: [{ kind: "progress" }] };
const properties = [...peersProperties, canFinish];

/** Table and control words fill most of the first memory, so nearly all states lie in banks. */
const several = { memoryBytes: 2 ** 25, bytesPerMemory: 2 ** 23, stopWhen: "exhausted" } as const;

/** What may depend on neither threads nor memories. */
function timeless({ seconds, statesPerSecond, workers, bytesPerState, ...rest }: SearchResult) {
  assert.ok(seconds > 0 && statesPerSecond > 0 && workers > 0 && bytesPerState > 0);
  return rest;
}

test("states that lie in several memories are found, compared and shown as in one", { timeout: 120_000 }, async () => {
  const { plan } = prepareSearch(program, properties, several).shared;
  assert.ok(
    plan.banks >= 2 && plan.ownStates < 100_000,
    `${plan.banks} banks, ${plan.ownStates} states beside the table`,
  );
  for (const symmetries of [[], program.symmetries]) {
    const one = timeless(
      await search(program, properties, { stopWhen: "exhausted", memoryBytes: 2 ** 26, symmetries }),
    );
    assert.ok(one.states > plan.ownStates && one.violations.length > 0);
    for (const [workers, soloStates] of [
      [1, Number.POSITIVE_INFINITY],
      [2, 20_000],
      [4, 0],
    ] as const)
      assert.deepEqual(
        timeless(await search(program, properties, { ...several, workers, soloStates, symmetries })),
        one,
      );
  }
});

test("a search in several memories stops at any bound and goes on from its checkpoint", {
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
  const bounded: SearchOptions = { ...several, maxStates: 200_000, checkpoint };
  assert.equal((await search(program, properties, bounded)).bound, "states");
  const resumed = await search(program, properties, { ...several, resumeFrom: checkpoint.file });
  assert.deepEqual(timeless(resumed), whole);
});

test("a search that fills all its memories says so", async () => {
  const found = await search(program, peersProperties, { ...several, memoryBytes: 12 * 2 ** 20 });
  assert.deepEqual([found.complete, found.bound], [false, "memory"]);
});

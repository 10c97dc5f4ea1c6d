import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { referenceSearch } from "../../src/checker/reference-search.ts";
import { search } from "../../src/checker/search.ts";
import { executeStep, initialState } from "../../src/ir/interpreter.ts";
import { at } from "../../src/ir/lookup.ts";
import type { Program } from "../../src/ir/program.ts";
import type { Property } from "../../src/ir/property.ts";
import { randomProgram } from "../fixtures/random-program.ts";
import { retryModel } from "../fixtures/retry-model.ts";

const endsAlone: Property = { name: "ends-alone", sentence: "", checks: [{ kind: "ends-alone" }] };

const stores = ["exact", "tree", "fingerprint"] as const;

test("both searches agree on random programs whether an actor goes round alone, with every store", async () => {
  let loops = 0;
  await fc.assert(
    fc.asyncProperty(fc.gen(), fc.boolean(), async (g, marked) => {
      const { program, properties } = randomProgram(g, { marked });
      const asked = [...properties, endsAlone];
      const plain = referenceSearch(program, asked, { maxDepth: 12 });
      if (!plain.complete) return;
      if (plain.violations.has(endsAlone.name)) loops++;
      const length = plain.violations.get(endsAlone.name);
      for (const store of length === undefined ? stores.slice(0, 1) : stores) {
        const { violations } = await search(program, asked, { maxDepth: 12, workers: 1, memoryBytes: 2 ** 26, store });
        const found = violations.find(({ property }) => property === asked.length - 1);
        assert.equal(found?.steps.length, length, store);
        if (found !== undefined) assertCloses(program, found);
      }
    }),
    { numRuns: 80 },
  );
  assert.ok(loops > 2, `${loops} loops`);
});

type Found = Awaited<ReturnType<typeof search>>["violations"][number];

/** The loop leads back to the end of the steps, one actor takes it, and it needs no luck. */
function assertCloses(program: Program, { steps, loop = [] }: Found): void {
  let state = initialState(program);
  for (const { location, choice } of steps) state = executeStep(program, state, location, choice)!.state;
  const start = state.join();
  assert.ok(loop.length > 0);
  for (const { location, choice } of loop) {
    const outcome = executeStep(program, state, location, choice)!;
    assert.equal(outcome.finitelyOften, false);
    state = outcome.state;
  }
  assert.equal(state.join(), start);
  assert.equal(new Set(loop.map(({ location }) => at(program.locations, location).actor)).size, 1);
}

test("a thread that looks at a raised flag goes round alone", async () => {
  const { violations } = await search(retryModel(), [endsAlone], { workers: 1 });
  assert.deepEqual(
    violations.map(({ steps, loop }) => [steps.length, loop?.length]),
    [[2, 1]],
  );
});

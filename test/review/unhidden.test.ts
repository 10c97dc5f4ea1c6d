import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Findings } from "../../src/review/findings.ts";
import { unhidden } from "../../src/review/unhidden.ts";

const nothing: Findings = {
  violated: {},
  untested: [],
  reached: [],
  unreached: [],
  called: [],
  states: 1,
  complete: true,
};

/** A search of one path: the first violation of a property that is looked for ends it. */
function searchOf(path: readonly string[]): (names: readonly string[]) => Promise<Findings> {
  return async (names) => {
    const steps = path.findIndex((name) => names.includes(name));
    return { ...nothing, violated: steps < 0 ? {} : { [path[steps] ?? ""]: steps } };
  };
}

const names = ["a", "b", "c", "d"];

test("violations behind other violations are found, each on the path to it", async () => {
  const paths = fc.shuffledSubarray(names);
  await fc.assert(
    fc.asyncProperty(paths, fc.subarray(names), async (path, sought) => {
      const search = searchOf(path);
      const first = await search(names);
      const { violated, complete } = await unhidden(first, sought, search);
      const isFirst = (name: string) => name in first.violated;
      assert.deepEqual(
        new Set(Object.keys(violated)),
        new Set(path.filter((one) => isFirst(one) || sought.includes(one))),
      );
      assert.ok(complete);
    }),
  );
});

test("a value that leaves its range may hide a violation, and then the search was not complete", async () => {
  const first = { ...nothing, violated: { "range-error": 3 } };
  const { violated, complete } = await unhidden(first, ["a"], async () => first);
  assert.deepEqual(violated, first.violated);
  assert.equal(complete, false);
});

test("nothing is searched again if nothing can hide the violations", async () => {
  const again = () => assert.fail("searched again");
  assert.deepEqual(await unhidden(nothing, ["a"], again), nothing);
  const found = { ...nothing, violated: { a: 1 } };
  assert.deepEqual(await unhidden(found, ["a"], again), found);
});

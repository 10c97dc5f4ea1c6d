import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { differenceOf, isSame } from "../../src/review/difference.ts";
import type { Findings } from "../../src/review/findings.ts";

const nothing: Findings = {
  violated: {},
  untested: [],
  reached: ["munmap: free_pgtables"],
  unreached: [],
  called: [],
  states: 1,
  complete: true,
};

test("only differences that the change causes are reported", () => {
  const before = { ...nothing, violated: { "no-deadlock": 5, "rss-matches": 9 }, untested: ["cow-isolation"] };
  const after: Findings = {
    violated: { "rss-matches": 4, "no-use-after-free": 7 },
    untested: ["cow-isolation", "no-deadlock", "no-lost-store"],
    reached: [],
    unreached: ["munmap: free_pgtables", "munmap: get_page (inserted)"],
    called: [],
    states: 1,
    complete: true,
  };
  assert.deepEqual(differenceOf(before, after), {
    bad: [{ property: "no-use-after-free", steps: 7 }],
    good: ["no-deadlock"],
    open: [],
    untested: [],
    unreached: [],
    complete: true,
  });
  const { violated: _, ...quiet } = after;
  assert.deepEqual(differenceOf(before, { ...quiet, violated: { "rss-matches": 4 } }), {
    bad: [],
    good: ["no-deadlock"],
    open: [],
    untested: ["no-lost-store"],
    unreached: ["munmap: free_pgtables"],
    complete: true,
  });
});

test("a search that did not come to its end turns nothing good", () => {
  const before: Findings = { ...nothing, violated: { "no-deadlock": 5 } };
  const after: Findings = {
    ...nothing,
    untested: ["cow-isolation"],
    reached: [],
    unreached: ["munmap: free_pgtables"],
    complete: false,
  };
  assert.deepEqual(differenceOf(before, after), {
    bad: [],
    good: [],
    open: ["no-deadlock"],
    untested: [],
    unreached: [],
    complete: false,
  });
});

const names = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d"));
const records: fc.Arbitrary<Findings> = fc.record({
  violated: names.map((list) => Object.fromEntries(list.map((name, position) => [name, position + 1]))),
  untested: names,
  reached: names,
  unreached: names,
  called: names,
  states: fc.nat(),
  complete: fc.boolean(),
});
const findings = records.map((one) => ({
  ...one,
  unreached: one.unreached.filter((name) => !one.reached.includes(name)),
}));

test("without a change nothing differs, and a run that becomes worse by a change becomes better by its inverse", () => {
  fc.assert(
    fc.property(findings, findings, (one, other) => {
      assert.ok(isSame(differenceOf(one, one)));
      const bad = differenceOf(one, other).bad.map(({ property }) => property);
      const { good, open } = differenceOf(other, one);
      assert.deepEqual(new Set(bad), new Set([...good, ...open]));
    }),
  );
});

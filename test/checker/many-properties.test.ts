import assert from "node:assert/strict";
import test from "node:test";
import { search } from "../../src/checker/search.ts";
import { constant } from "../../src/ir/expression.ts";
import type { Property } from "../../src/ir/property.ts";
import { bool } from "../../src/ir/types.ts";
import { peersModel, peersProperties } from "../fixtures/peers-model.ts";

/** Properties. Every step violates those at the given positions. */
function properties(count: number, violated: readonly number[]): readonly Property[] {
  return Array.from({ length: count }, (_, i) => ({
    name: `p${i}`,
    sentence: "",
    checks: [
      { kind: "step", event: undefined, premise: undefined, condition: constant(violated.includes(i) ? 0 : 1, bool) },
    ],
  }));
}

test("61 properties are told apart, whatever their bits in the masks", async () => {
  const violated = [0, 30, 31, 32, 60];
  const found = await search(peersModel(2), properties(61, violated));
  assert.deepEqual(
    found.violations.map(({ property }) => property),
    violated,
  );
  assert.deepEqual([found.states, found.transitions], [1, 14]);
});

test("one property more than the masks can hold is refused", async () => {
  await assert.rejects(search(peersModel(2), properties(62, [])), /at most 61 properties/);
});

test("if the initial state violates a property, only that is reported", async () => {
  const never: Property = {
    name: "never",
    sentence: "",
    checks: [{ kind: "state", premise: undefined, condition: constant(0, bool) }],
  };
  const found = await search(peersModel(2), [...peersProperties, never]);
  assert.deepEqual(found.violations, [{ property: 2, steps: [] }]);
  assert.deepEqual([found.states, found.transitions, found.depth, found.complete], [0, 0, 0, true]);
});

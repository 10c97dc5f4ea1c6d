import assert from "node:assert/strict";
import { test } from "node:test";
import type { TraceStep } from "../../src/trace/format.ts";
import { unmatchedChanges } from "../../src/trace/unmatched.ts";

/** Steps that change one counter, given as its values. The letters are the actors. */
function steps(first: number, ...changes: readonly (readonly [actor: string, now: number])[]): readonly TraceStep[] {
  let old = first;
  return changes.map(([actor, now], position) => {
    const change = { variable: "held", kind: "ghost", old: String(old), new: String(now) } as const;
    old = now;
    return { n: position + 1, actor, changes: [change] } as unknown as TraceStep;
  });
}

function found(first: number, ...changes: readonly (readonly [actor: string, now: number])[]) {
  const unmatched = unmatchedChanges("held", steps(first, ...changes), String(first));
  return unmatched && { steps: unmatched.steps.map(({ n }) => n), up: unmatched.up };
}

test("the reference that nothing drops is to blame, not a later one that was taken and dropped", () => {
  assert.deepEqual(found(0, ["a", 1], ["a", 2], ["a", 1]), { steps: [1], up: true });
});

test("a reference that an actor drops is its own, if it has one", () => {
  assert.deepEqual(found(0, ["a", 1], ["b", 2], ["a", 1]), { steps: [2], up: true });
  assert.deepEqual(found(0, ["a", 1], ["b", 2], ["c", 1]), { steps: [1], up: true });
});

test("a counter that was lowered too often is blamed on the step that lowered it without raising it", () => {
  assert.deepEqual(found(1, ["a", 2], ["b", 1], ["b", 0]), { steps: [3], up: false });
  assert.deepEqual(found(1, ["a", 2], ["a", 1], ["b", 0]), { steps: [3], up: false });
});

test("a counter that is what it was in the beginning has no unmatched change, and neither has a variable that is no counter", () => {
  assert.equal(found(1, ["a", 2], ["a", 1]), undefined);
  assert.equal(unmatchedChanges("held", steps(0, ["a", 1]), "free"), undefined);
});

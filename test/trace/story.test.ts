import assert from "node:assert/strict";
import { test } from "node:test";
import { reasonsOf } from "../../src/trace/cause-text.ts";
import type { Trace } from "../../src/trace/format.ts";
import { bystandersOf, tellStory } from "../../src/trace/story.ts";
import { sampleTrace } from "../fixtures/sample-trace.ts";
import { twoLocksSubject } from "../fixtures/two-locks-model.ts";

test("a story says which actor did what, in which order, and which property that violated", () => {
  assert.deepEqual(tellStory(sampleTrace(twoLocksSubject({ noLock: true }), "asserts")), [
    "First, one writes the counter in add_one() [5] (counter: 0 -> 1).",
    "Then two reads the counter in add_one() [9] (sees counter: 1).",
    "In step 9, two violates asserts: the counter is fresh (counter is 1 [5]).",
  ]);
});

test("the story of a deadlock says which actors wait where, for what, and which actor made it so", () => {
  assert.equal(
    tellStory(sampleTrace(twoLocksSubject({ reversed: true }), "no-deadlock")).at(-1),
    "Now no actor can move, which violates no-deadlock: " +
      "one waits at second_lock in add_one() for lock[b], which two set to true [4]; " +
      "two waits at second_lock in add_one() for lock[a], which one set to true [2].",
  );
});

test("an actor that is in the middle of an operation is interrupted by another, and comes back", () => {
  const trace = sampleTrace(twoLocksSubject({ noLock: true }), "asserts");
  const by = ["one", "two", "one"];
  const steps = trace.steps.slice(0, 3).map((step, at) => {
    const actor = by[at] ?? "";
    return { ...step, actor, operation: actor === "one" ? "store buf[0]" : "munmap buf", matters: true };
  });
  const [first, second, third] = tellStory({ ...trace, steps });

  assert.match(first ?? "", /^First, one \(running store buf\[0\]\) /);
  assert.match(second ?? "", /^Meanwhile, two \(running munmap buf\) /);
  assert.match(third ?? "", /^Back in store buf\[0\], one /);
});

test("of a state that violates a property the story says what is true in it, not what the last step found", () => {
  const trace = sampleTrace(twoLocksSubject(), "counts");
  const found: Trace = { ...trace, violation: { ...trace.violation, because: [{ variable: "counter", value: "1" }] } };

  assert.equal(tellStory(found).at(-1), "The state after step 11 violates counts: counter is 2 [11].");
  assert.deepEqual(reasonsOf(found), ["counter was 1 [5]"]);
});

test("actors that take no step, or none that matters, are named", () => {
  const trace = sampleTrace(twoLocksSubject({ noLock: true }), "asserts");
  const initial = { ...trace.initial, "three.pc": "finished" };
  const steps = trace.steps.map((step) => (step.actor === "one" ? { ...step, matters: false } : step));
  const changed: Trace = { ...trace, initial, steps };

  assert.deepEqual(bystandersOf(changed), { idle: ["three"], unneeded: ["one"] });
  assert.deepEqual(tellStory(changed).slice(-2), ["The steps of one make no difference.", "three takes no step."]);
});

test("an actor that waits for itself comes first, and if no single value would help, the story says what it holds", () => {
  const trace = sampleTrace(twoLocksSubject({ reversed: true }), "no-deadlock");
  const [one, two] = trace.violation.blocked ?? [];
  assert.ok(one !== undefined && two !== undefined);
  const [last] = trace.steps.slice(-1);
  assert.ok(last !== undefined);
  const owner = { variable: "owner", kind: "shared", old: "free", new: "two" } as const;
  const steps = [...trace.steps.slice(0, -1), { ...last, changes: [owner] }];
  const own = { ...two, waits: [{ variable: "owner", value: "two" }] };
  const end = (blocked: typeof trace.violation.blocked & object) =>
    tellStory({ ...trace, steps, violation: { ...trace.violation, blocked } }).at(-1) ?? "";

  assert.match(
    end([one, own]),
    /: two waits at second_lock in add_one\(\) for owner, which it took itself \[4\]; one waits/,
  );
  assert.match(
    end([{ ...one, waits: own.waits }]),
    /one waits at second_lock in add_one\(\) for owner, which two took \[4\]\.$/,
  );
  assert.match(end([{ ...two, waits: [] }]), /two, which holds owner, is stuck at second_lock in add_one\(\)\.$/);
});

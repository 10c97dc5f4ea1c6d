import assert from "node:assert/strict";
import { test } from "node:test";
import { mostTelling, withoutWhom } from "../../src/playground/page/state/taking-part.ts";
import type { TraceFile } from "../../src/playground/protocol.ts";
import type { Trace } from "../../src/trace/format.ts";
import { sampleTrace } from "../fixtures/sample-trace.ts";
import { twoLocksSubject } from "../fixtures/two-locks-model.ts";

const race = sampleTrace(twoLocksSubject({ noLock: true }), "asserts");
const file = (name: string, trace: Trace): TraceFile => ({ name, text: "", trace });
const withoutSteps = (actor: string): Trace => ({
  ...race,
  steps: race.steps.map((step) => (step.actor === actor ? { ...step, matters: false } : step)),
});

test("an actor takes part by a step that matters, or by waiting at the end of a deadlock", () => {
  assert.deepEqual(withoutWhom(race), []);
  assert.deepEqual(withoutWhom(withoutSteps("one")), ["one"]);
  const deadlock = sampleTrace(twoLocksSubject({ reversed: true }), "no-deadlock");
  assert.deepEqual(withoutWhom({ ...deadlock, steps: [] }), []);
});

test("an actor that takes no step is named if it had something to do", () => {
  const initial = { ...race.initial, "resting.pc": "finished", "waiting.pc": "fork: down_write" };
  assert.deepEqual(withoutWhom({ ...race, initial }), ["waiting"]);
});

test("the trace in which most actors take part comes before a shorter one, and then the shortest", () => {
  const alone = file("alone", { ...withoutSteps("one"), steps: withoutSteps("one").steps.slice(3) });
  const longer = file("longer", { ...race, steps: [...race.steps, ...race.steps.slice(0, 1)] });
  assert.equal(mostTelling([alone, longer, file("race", race)])?.name, "race");
  assert.equal(mostTelling([alone, longer])?.name, "longer");
  assert.equal(mostTelling([]), undefined);
});

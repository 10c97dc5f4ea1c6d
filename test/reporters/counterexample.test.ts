import assert from "node:assert/strict";
import { test } from "node:test";
import { Chalk } from "chalk";
import { renderCounterexample } from "../../src/reporters/counterexample.ts";
import type { Trace, TraceStep } from "../../src/trace/format.ts";
import { sampleTrace } from "../fixtures/sample-trace.ts";
import { twoLocksSubject } from "../fixtures/two-locks-model.ts";

const plain = new Chalk({ level: 0 });

test("a counterexample names the actor at each switch, and says what each step changed and what is broken", () => {
  const trace = sampleTrace(twoLocksSubject({ noLock: true }), "asserts");

  assert.deepEqual(renderCounterexample(trace, plain), [
    "    -- one",
    "     1  add_one: begin [quickly] - chooses what to do",
    "     2  add_one: first_lock - takes a lock",
    "     3  add_one: second_lock - takes a lock",
    "     4  add_one: load - reads the counter",
    "     5  add_one: store - writes the counter",
    "            counter: 0 -> 1",
    "    -- two",
    "     6  add_one: begin [quickly] - chooses what to do",
    "     7  add_one: first_lock - takes a lock",
    "     8  add_one: second_lock - takes a lock",
    "     9  add_one: load - reads the counter",
    "    In step 9: the counter is fresh",
  ]);
});

test("the failing part of a property stands at the end, with its values", () => {
  const lines = renderCounterexample(sampleTrace(twoLocksSubject(), "counts"), plain);

  assert.deepEqual(lines.slice(-3), [
    "    Then: the state reached breaks the property",
    "      false: counter < 2",
    "        counter = 2",
  ]);
});

test("long notes keep to 80 columns", () => {
  const trace = sampleTrace(twoLocksSubject(), "counts");
  const note = "looks at the parent's entry; skips an empty one, tries to lock the page of an exclusive one";
  const steps = trace.steps.map((step): TraceStep => ({ ...step, n: step.n + 100, note }));
  const long: Trace = { ...trace, steps };

  for (const line of renderCounterexample(long, plain)) assert.ok(line.length <= 80, line);
  assert.equal(
    renderCounterexample(long, new Chalk({ level: 1 })).some((line) => line.includes("\x1b[")),
    true,
  );
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { Chalk } from "chalk";
import { renderCounterexample } from "../../src/reporters/counterexample.ts";
import type { Change, Trace, TraceStep } from "../../src/trace/format.ts";
import { sampleTrace } from "../fixtures/sample-trace.ts";
import { type TwoLocks, twoLocksSubject } from "../fixtures/two-locks-model.ts";

const plain = { colors: new Chalk({ level: 0 }), full: false };
const full = { ...plain, full: true };

test("a counterexample has a story, the steps in a column for each actor, and the violated property", () => {
  const trace = sampleTrace(twoLocksSubject({ noLock: true }), "asserts");

  assert.deepEqual(renderCounterexample(trace, plain), [
    "  First, one writes the counter in add_one() [5] (counter: 0 -> 1). Then two",
    "  reads the counter in add_one() [9] (sees counter: 1). In step 9, two violates",
    "  asserts: the counter is fresh (counter is 1 [5]).",
    "",
    "       one                   two",
    "  ---- one",
    "   ..  4 steps (1-4), to add_one",
    "  * 5  add_one: store",
    "          (writes the counter)",
    "          counter: 0 -> 1",
    "  -------------------------- two",
    "   ..                        3 steps (6-8), to add_one",
    "  * 9                        add_one: load",
    "                                (reads the counter)",
    "                                sees counter: 1",
    "",
    "  * needed for the violation",
    "",
    "  In step 9: the counter is fresh",
    "    because counter is 1 [5]",
  ]);
});

test("a path without a violation has no stars", () => {
  const trace = sampleTrace(twoLocksSubject({ noLock: true }), "asserts");
  const steps = trace.steps.map((step) => ({ ...step, matters: true }));
  const byHand = { ...trace, steps, property: "none", violation: { kind: "none", message: "" } } as const;
  const starred = (one: Trace) =>
    renderCounterexample(one, { colors: new Chalk({ level: 0 }), full: true }).filter(isStarred);
  assert.deepEqual(starred(byHand), []);
  assert.ok(starred(trace).length > 0);
});

function isStarred(line: string): boolean {
  return /^ {2}\* +\d/.test(line);
}

test("an interrupted actor has a bar in its column until it goes on", () => {
  const trace = sampleTrace(twoLocksSubject({ reversed: true }), "no-deadlock");
  const steps = trace.steps.map((step, at) => ({ ...step, actor: at % 2 === 0 ? "one" : "two" }));
  const lines = renderCounterexample({ ...trace, steps }, plain);

  assert.ok(lines.includes("  * 2  |                     add_one: first_lock"), lines.join("\n"));
  assert.ok(lines.includes("    3  add_one: begin [quickly]"), lines.join("\n"));
});

test("with --full everything about each step is shown", () => {
  const trace = sampleTrace(twoLocksSubject({ noLock: true }), "asserts");
  const text = renderCounterexample(trace, full).join("\n");

  for (const { label, note, changes } of trace.steps) {
    assert.ok(text.includes(label) && text.includes(`(${note})`), label);
    for (const { variable, new: now } of changes)
      assert.ok(flat(text).includes(flat(`${variable}: `)) && flat(text).includes(flat(`-> ${now ?? "-"}`)), variable);
  }
});

test("the failing part of a property stands at the end, with its values", () => {
  const lines = renderCounterexample(sampleTrace(twoLocksSubject(), "counts"), plain);

  assert.deepEqual(lines.slice(-3), [
    "  Then: the state violates the property",
    "    must be true, but is false: counter < 2",
    "      counter = 2",
  ]);
});

test("entries are abbreviated, and their letters explained", () => {
  const trace = sampleTrace(twoLocksSubject({ noLock: true }), "asserts");
  const entry: Change = {
    variable: "pte[parent][buf[0]]",
    kind: "shared",
    old: "present pfn=P0 write dirty soft_dirty",
    new: "none",
  };
  const steps = trace.steps.map((step) => (step.label === "store" ? { ...step, changes: [entry] } : step));
  const lines = renderCounterexample({ ...trace, steps }, plain);

  assert.ok(lines.includes("          pte[parent][buf0]: present P0 W D S -> none"), lines.join("\n"));
  assert.ok(lines.includes("  * needed for the violation; W writable; D dirty; S soft-dirty"));
});

test("successive steps that do not matter are one line, with what they changed together", () => {
  const trace = sampleTrace(twoLocksSubject({ noLock: true }), "asserts");
  const change = (n: number, variable: string, old: string, now: string): readonly Change[] =>
    trace.steps[n - 1]?.n === n ? [{ variable, kind: "shared", old, new: now }] : [];
  const changes = [change(1, "lock", "free", "one"), change(2, "count", "0", "1"), change(3, "lock", "one", "free")];
  const steps = trace.steps.map((step, at) => ({ ...step, changes: changes[at] ?? step.changes }));
  const lines = renderCounterexample({ ...trace, steps }, plain);

  assert.deepEqual(lines.slice(6, 8), ["   ..  4 steps (1-4), to add_one", "         count: 0 -> 1"]);
});

const violations: readonly (readonly [kind: string, model: TwoLocks, property: string])[] = [
  ["state", {}, "counts"],
  ["step", {}, "counts-up"],
  ["assertion", { noLock: true }, "asserts"],
  ["deadlock", { reversed: true }, "no-deadlock"],
  ["range", { small: true }, "range"],
];

for (const [kind, model, property] of violations) {
  test(`a violation of kind ${kind} is shown with its property and its actor, in 80 columns of ASCII`, () => {
    const trace = sampleTrace(twoLocksSubject(model), property);
    const story = renderCounterexample(trace, plain).slice(0, 6).join(" ").replaceAll(/\s+/g, " ");

    assert.ok(story.includes(trace.steps.at(-1)?.actor ?? ""), story);
    assert.ok(property === "range" || story.includes(`violates ${property}`), story);
    for (const line of [...renderCounterexample(trace, plain), ...renderCounterexample(trace, full)])
      assert.match(line, /^[ -~]{0,80}$/);
  });
}

test("eight actors with long names and long notes keep to 80 columns", () => {
  const trace = sampleTrace(twoLocksSubject(), "counts");
  const note = "looks at the parent's entry; skips an empty one, tries to lock the page of an exclusive one";
  const stack = ["program", "one", "two", "three", "four", "five", "six", "mmu_notifier_invalidate_range_start"];
  const steps = trace.steps.map((step, at): TraceStep => {
    const actor = `actor_with_a_long_name_${at % 8}`;
    return { ...step, n: step.n + 100, note, actor, stack, procedure: stack.at(-1) ?? "", matters: true };
  });
  const long: Trace = { ...trace, steps };

  for (const line of renderCounterexample(long, plain)) assert.ok(line.length <= 80, line);
});

test("steps that do not matter are dim if colours are on", () => {
  const trace = sampleTrace(twoLocksSubject({ noLock: true }), "asserts");
  const colored = { colors: new Chalk({ level: 1 }), full: false };
  const lines = renderCounterexample(trace, colored);

  const { dim, cyan } = colored.colors;
  assert.ok(lines.includes(dim("   ..  4 steps (1-4), to add_one")));
  assert.ok(lines.includes(cyan("  * 5  add_one: store")));
});

function flat(text: string): string {
  return text.replaceAll(/[\s|]+/g, "");
}

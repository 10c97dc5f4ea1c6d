import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Ajv } from "ajv";
import { executeStep, initialState } from "../../src/ir/interpreter.ts";
import { buildTrace } from "../../src/trace/build-trace.ts";
import { replay } from "../../src/trace/replay.ts";
import { traceFileName, traceText } from "../../src/trace/write-trace.ts";
import { peersModel, peersProperties } from "../fixtures/peers-model.ts";
import { sampleOrigin, sampleTrace } from "../fixtures/sample-trace.ts";
import { shortestViolation } from "../fixtures/shortest-violation.ts";
import { type TwoLocks, twoLocksSubject } from "../fixtures/two-locks-model.ts";

const validate = new Ajv().compile(
  JSON.parse(readFileSync(new URL("../../schema/trace.schema.json", import.meta.url), "utf8")) as object,
);

const peers = {
  program: peersModel(2, true),
  properties: peersProperties.map((property) => ({ property, explain: [] })),
};

const violations: readonly (readonly [kind: string, model: TwoLocks, property: string])[] = [
  ["state", {}, "counts"],
  ["step", {}, "counts-up"],
  ["assertion", { noLock: true }, "asserts"],
  ["deadlock", { reversed: true }, "no-deadlock"],
  ["range", { small: true }, "range"],
];

for (const [kind, model, property] of violations) {
  test(`a violation of kind ${kind} becomes a trace that follows the schema, replays and keeps its bytes`, () => {
    const subject = twoLocksSubject(model);
    const trace = sampleTrace(subject, property);

    assert.equal(trace.violation.kind, kind);
    assert.ok(validate(JSON.parse(traceText(trace))), JSON.stringify(validate.errors));
    assert.deepEqual(replay(JSON.parse(traceText(trace)), subject), { reproduced: true, steps: trace.steps.length });
    assert.equal(traceText(sampleTrace(twoLocksSubject(model), property)), traceText(trace));
  });
}

test("the peers' bug has a trace of 20 steps", () => {
  const trace = sampleTrace(peers, "no-lock-on-a-freed-page");

  assert.equal(trace.steps.length, 20);
  assert.ok(validate(JSON.parse(traceText(trace))), JSON.stringify(validate.errors));
  assert.equal(replay(trace, peers).reproduced, true);
});

test("a violation of a state is explained by the part that fails and its values", () => {
  const { violation } = sampleTrace(twoLocksSubject(), "counts");

  assert.deepEqual(violation.explanation, {
    text: "counter < 2",
    is: false,
    bindings: [],
    values: [{ text: "counter", value: "2" }],
  });
});

test("a violation of a step is explained with the event's arguments", () => {
  const { violation } = sampleTrace(twoLocksSubject(), "counts-up");

  assert.deepEqual(violation.explanation?.values, [
    { text: "event.value", value: "2" },
    { text: "old.counter", value: "1" },
  ]);
});

test("a deadlock says which actors wait, and where", () => {
  const { violation } = sampleTrace(twoLocksSubject({ reversed: true }), "no-deadlock");

  assert.deepEqual(
    violation.blocked?.map(({ actor, procedure, label }) => [actor, procedure, label]),
    [
      ["one", "add_one", "second_lock"],
      ["two", "add_one", "second_lock"],
    ],
  );
});

test("a step records its choice by name, what it changed, and its events", () => {
  const { steps, initial } = sampleTrace(twoLocksSubject(), "counts-up");
  const [first] = steps;
  const stores = steps.filter(({ label }) => label === "store");

  assert.equal(initial.counter, "0");
  assert.equal(initial["one.pc"], "add_one: begin");
  assert.deepEqual(first?.choice.alternatives, ["quickly"]);
  assert.deepEqual(first?.changes, [
    { variable: `${first?.actor}.pc`, kind: "pc", old: "add_one: begin", new: "add_one: first_lock" },
  ]);
  assert.deepEqual(stores[0]?.events, [{ event: "stored", arguments: { value: "1" } }]);
  assert.deepEqual(stores[0]?.changes.slice(0, 1), [{ variable: "counter", kind: "shared", old: "0", new: "1" }]);
  // The register `seen` is dead after the store, so it no longer has a value.
  assert.deepEqual(
    stores[0]?.changes.filter(({ kind }) => kind === "register"),
    [{ variable: `${stores[0]?.actor}.add_one.seen`, kind: "register", old: "0", new: null }],
  );
});

test("steps that end in no violation, or cannot be taken, are an internal error", () => {
  const subject = twoLocksSubject();
  const found = shortestViolation(subject, "counts");
  assert.ok(found);
  const [first] = found.steps;
  assert.ok(first && executeStep(subject.program, initialState(subject.program), first.location, first.choice));

  const shorter = { ...found, steps: found.steps.slice(0, -1) };
  assert.throws(
    () => buildTrace(subject, shorter, sampleOrigin),
    /does not replay: after \d+ steps the property is not violated/,
  );
  const blocked = { ...found, steps: [{ ...first, choice: 99 }] };
  assert.throws(() => buildTrace(subject, blocked, sampleOrigin), /does not replay: step 1 is not enabled/);
});

test("a file name cannot leave its folder", () => {
  const spec = { name: "../../etc/passwd", file: "x.json", content: "" };
  assert.equal(
    traceFileName({ spec, kernel: "v6.4", property: "a b", violation: { kind: "state", message: "" } }, 1),
    "__.._etc_passwd-v6.4-a_b.trace.json",
  );
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { buildProgram } from "../../src/ir/build-program.ts";
import { add, and, type Expr, eq, load, not } from "../../src/ir/expression.ts";
import { initialState } from "../../src/ir/interpreter.ts";
import { procedure, type Recorder, recordActor } from "../../src/ir/recorder.ts";
import { restingPlaces } from "../../src/ir/resting-places.ts";
import type { Schema } from "../../src/ir/schema.ts";
import { stepVocabulary } from "../../src/ir/step-vocabulary.ts";
import { bool, int } from "../../src/ir/types.ts";
import { variable } from "../../src/ir/variable.ts";
import { compileDefinition } from "../../src/properties/definition.ts";
import { buildTrace } from "../../src/trace/build-trace.ts";
import type { Trace } from "../../src/trace/format.ts";
import { replay } from "../../src/trace/replay.ts";
import { takeStep } from "../../src/trace/take-step.ts";
import type { Subject } from "../../src/trace/violation.ts";
import { sampleOrigin, sampleTrace } from "../fixtures/sample-trace.ts";
import { twoLocksSubject } from "../fixtures/two-locks-model.ts";

const page = variable("refcount", int(0, 4), { dimensions: [{ name: "page", labels: ["P0"] }] });
const freed = variable("freed", bool);
const lock = variable("lock", bool);
const noise = variable("noise", int(0, 300));
const refcount = load(page, 0);

type Script = (k: Recorder, seen: Expr) => void;

const get: Script = (k) => k.step("get", "takes a reference", () => k.set(refcount, add(refcount, 1)));
const put: Script = (k) =>
  k.step("put", "drops a reference", () => {
    k.set(load(freed), eq(refcount, 1));
    k.set(refcount, add(refcount, -1));
  });
const peek: Script = (k, seen) =>
  k.step("peek", "looks whether the page is there", () => k.set(seen, eq(load(freed), false)));
const touch: Script = (k, seen) =>
  k.step("touch", "uses the page that it saw", () => k.assert(eq(seen, false), "the page is there", "asserts-fresh"));
const useIfSeen: Script = (k) =>
  k.step("use", "uses the page", () => k.assert(eq(load(freed), false), "it is there", "fresh"));
const useSeen: Script = (k, seen) =>
  k.step("use", "uses the page that it saw", () => k.assert(not(and(seen, load(freed))), "it is there", "fresh"));
const acquire: Script = (k) =>
  k.step("lock", "takes the lock", () => {
    k.await(eq(load(lock), false));
    k.set(load(lock), true);
  });
const release: Script = (k) => k.step("unlock", "drops the lock", () => k.set(load(lock), false));
const count = (times: number): Script => {
  return (k) => {
    for (let time = 0; time < times; time++)
      k.step(`count ${time}`, "counts", () => k.set(load(noise), add(load(noise), 1)));
  };
};

function subjectOf(actors: Readonly<Record<string, readonly Script[]>>): Subject {
  const program = buildProgram({
    variables: [page, freed, lock, noise],
    events: [],
    initial: new Map([[page, [1]]]),
    actors: Object.entries(actors).map(([name, scripts]) =>
      recordActor(
        name,
        procedure<undefined>("main", { file: "main.c" }, (k) => {
          const seen = k.register("seen", bool);
          for (const script of scripts) script(k, seen);
        }),
      ),
    ),
  });
  const schema: Schema = (old) => ({ refcount: { kind: "scalar", expr: load(page, 0, old) } });
  const context = { schema, events: program.events, ...stepVocabulary(program) };
  const properties = ["fresh", "asserts-fresh"].map((name) => {
    const compiled = compileDefinition({ name, sentence: "", checks: [{ kind: "assertion" }] }, context);
    if (!compiled.ok) throw new Error("a property does not compile");
    return compiled;
  });
  return { program, properties };
}

/** The trace in which actors move in the given order. */
function traceOf(subject: Subject, property: string, order: readonly string[]): Trace {
  const { program } = subject;
  let state = initialState(program);
  const steps = order.map((name) => {
    const location = restingPlaces(program, state).find(({ actor }) => program.actors[actor]?.name === name);
    const taken = location && takeStep(program, state, location, 0, 1);
    if (taken === undefined) throw new Error(`${name} cannot move`);
    state = taken.outcome.state;
    return { location: taken.location.id, choice: 0 };
  });
  return buildTrace(subject, { property, steps }, sampleOrigin);
}

function mattering({ steps }: Trace): readonly string[] {
  return steps.filter(({ matters }) => matters).map(({ actor, label }) => `${actor} ${label}`);
}

test("an actor that has nothing to do with the violation does not matter", () => {
  const subject = subjectOf({ user: [useIfSeen], other: [count(2)], freer: [put] });
  const trace = traceOf(subject, "fresh", ["other", "freer", "other", "user"]);

  assert.deepEqual(mattering(trace), ["freer put", "user use"]);
});

test("a lock for which no actor waits does not matter, and neither does its unlock", () => {
  const subject = subjectOf({ user: [useIfSeen], freer: [acquire, put, release] });
  const trace = traceOf(subject, "fresh", ["freer", "freer", "freer", "user"]);

  assert.deepEqual(mattering(trace), ["freer put", "user use"]);
});

test("taking a reference is not left out together with dropping the last one", () => {
  const subject = subjectOf({ user: [useIfSeen], holder: [get, put], freer: [put] });
  const trace = traceOf(subject, "fresh", ["holder", "freer", "holder", "user"]);

  assert.deepEqual(mattering(trace), ["holder get", "freer put", "holder put", "user use"]);
});

test("a step that only looks matters if it would have seen something else after another step that matters", () => {
  const looks = subjectOf({ user: [peek, useSeen], freer: [put] });
  assert.deepEqual(mattering(traceOf(looks, "fresh", ["user", "freer", "user"])), [
    "user peek",
    "freer put",
    "user use",
  ]);

  const alone = subjectOf({ user: [peek, touch], other: [count(1)] });
  assert.deepEqual(mattering(traceOf(alone, "asserts-fresh", ["user", "other", "user"])), ["user touch"]);
});

test("if a step looks and has an effect, its effect matters too, and so do the steps that undo it", () => {
  const peekAndLock: Script = (k, seen) =>
    k.step("peek and lock", "looks whether the page is there and takes the lock", () => {
      k.await(eq(load(lock), false));
      k.set(seen, eq(load(freed), false));
      k.set(load(lock), true);
    });
  const subject = subjectOf({ user: [peekAndLock, release, useSeen], freer: [acquire, put] });
  const trace = traceOf(subject, "fresh", ["user", "user", "freer", "freer", "user"]);

  assert.deepEqual(mattering(trace), ["user peek and lock", "user unlock", "freer put", "user use"]);
  assert.equal(replay(trace, subject).reproduced, true);
});

test("in a deadlock the locks matter, but not the steps before they were taken", () => {
  const trace = sampleTrace(twoLocksSubject({ reversed: true }), "no-deadlock");

  assert.deepEqual(mattering(trace), ["one first_lock", "two first_lock"]);
});

// A step that is still untried when the limit on the work is reached counts as one that matters.
test("the steps that matter are found in a path of 300 steps before the work reaches its limit", () => {
  const subject = subjectOf({ user: [useIfSeen], other: [count(297)], freer: [put] });
  const order = ["freer", ...Array<string>(298).fill("other"), "user"].filter((_, at) => at !== 1);
  const trace = traceOf(subject, "fresh", order);

  assert.deepEqual(mattering(trace), ["freer put", "user use"]);
  assert.equal(replay(trace, subject).reproduced, true);
});

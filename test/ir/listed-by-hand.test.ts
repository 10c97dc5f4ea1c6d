/** State spaces small enough to list by hand, and the results of the reference search for them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type ReferenceOptions, referenceSearch } from "../../src/checker/reference-search.ts";
import { buildProgram } from "../../src/ir/build-program.ts";
import { evaluate } from "../../src/ir/evaluate.ts";
import { add, type Expr, eq, load, lt, ne } from "../../src/ir/expression.ts";
import type { Program } from "../../src/ir/program.ts";
import type { Check, Property } from "../../src/ir/property.ts";
import { procedure, type Recorder, recordActor } from "../../src/ir/recorder.ts";
import { restingPlaces } from "../../src/ir/resting-places.ts";
import { bool, int } from "../../src/ir/types.ts";
import { type Variable, variable } from "../../src/ir/variable.ts";
import { peersModel, peersProperties } from "../fixtures/peers-model.ts";

type Body = (k: Recorder) => void;

function programOf(variables: readonly Variable[], actors: Readonly<Record<string, Body>>): Program {
  return buildProgram({
    variables,
    events: [{ name: "counted", note: "", parameters: [{ name: "to", type: int(0, 3) }] }],
    actors: Object.entries(actors).map(([name, body]) =>
      recordActor(name, procedure<undefined>(name, { file: "test" }, body)),
    ),
  });
}

function property(name: string, ...checks: Check[]): Property {
  return { name, sentence: "", checks };
}

const deadlock = property("no-deadlock", { kind: "deadlock" });
const always = (condition: Expr, premise?: Expr): Check => ({ kind: "state", premise, condition });

/** Each state as the values of the variables and the label at which each actor rests. */
function listed(program: Program, variables: readonly Variable[], properties: readonly Property[] = []) {
  const states: string[] = [];
  const found = referenceSearch(program, properties, {
    onState: (state) => {
      const values = variables.map((one) => evaluate(program, load(one), state));
      states.push([...values, ...restingPlaces(program, state).map(({ label }) => label)].join(" "));
    },
  });
  return { ...found, listed: states };
}

const lockBit = variable("lock", bool);
const lock = load(lockBit);
const takesAndGives: Body = (k) => {
  k.step("take", "", () => {
    k.await(eq(lock, false));
    k.set(lock, true);
  });
  k.step("give", "", () => k.set(lock, false));
};

test("two actors that take and release one lock have eight states", () => {
  const program = programOf([lockBit], { a: takesAndGives, b: takesAndGives });
  const found = listed(program, [lockBit], [deadlock]);
  assert.deepEqual(found.listed, [
    "0 take take",
    "1 give take",
    "1 take give",
    "0 finished take",
    "0 take finished",
    "1 finished give",
    "1 give finished",
    "0 finished finished",
  ]);
  const { states, transitions, depth, complete, violations } = found;
  assert.deepEqual({ states, transitions, depth, complete }, { states: 8, transitions: 8, depth: 4, complete: true });
  assert.deepEqual([...violations], [], "that all have finished is no deadlock");
});

test("two actors that take two locks in opposite orders are in a deadlock after two steps", () => {
  const names = ["first", "second"].map((name) => variable(name, bool));
  const take = (k: Recorder, which: 0 | 1) =>
    k.step(names[which]!.name, "", () => {
      k.await(eq(load(names[which]!), false));
      k.set(load(names[which]!), true);
    });
  const giveBoth = (k: Recorder) => k.step("give", "", () => names.map((name) => k.set(load(name), false)));
  const program = programOf(names, {
    a(k) {
      take(k, 0);
      take(k, 1);
      giveBoth(k);
    },
    b(k) {
      take(k, 1);
      take(k, 0);
      giveBoth(k);
    },
  });
  const found = listed(program, names, [deadlock]);
  assert.deepEqual(found.listed, [
    "0 0 first second",
    "1 0 second second",
    "0 1 first first",
    "1 1 give second",
    "1 1 second first",
    "1 1 first give",
    "0 0 finished second",
    "0 0 first finished",
    "0 1 finished first",
    "1 0 second finished",
    "1 1 finished give",
    "1 1 give finished",
    "0 0 finished finished",
  ]);
  assert.deepEqual([...found.violations], [["no-deadlock", 2]]);
  assert.deepEqual([found.transitions, found.depth, found.complete], [14, 6, true]);
  assert.equal(referenceSearch(program, []).states, 13, "deadlocks are not checked");
});

const counter = variable("counter", int(0, 3));
const count = load(counter);
const countsTo = (limit: number) =>
  programOf([counter], {
    a(k) {
      k.loop(() => {
        k.step("count", "", () => {
          k.await(lt(count, limit));
          k.set(count, add(count, 1));
          k.emit("counted", { to: count });
        });
      });
    },
  });

function checkCounter(properties: readonly Property[], options?: ReferenceOptions, limit = 3) {
  const { states, transitions, depth, complete, violations, tested } = referenceSearch(
    countsTo(limit),
    properties,
    options,
  );
  return { states, transitions, depth, complete, violations: [...violations], tested: [...tested] };
}

test("a step into a state that violates a property counts, but the state is neither counted nor expanded", () => {
  const below2 = property("below-2", always(lt(count, 2)));
  const below3 = property("below-3", always(lt(count, 3)));
  assert.deepEqual(checkCounter([below2, below3]), {
    states: 2,
    transitions: 2,
    depth: 1,
    complete: true,
    violations: [["below-2", 2]],
    tested: ["below-2", "below-3"],
  });
});

test("two properties that one step violates are both reported", () => {
  const { violations } = checkCounter([property("a", always(lt(count, 2))), property("b", always(ne(count, 2)))]);
  assert.deepEqual(violations, [
    ["a", 2],
    ["b", 2],
  ]);
});

test("an initial state that violates a property is a violation after 0 steps, and nothing is explored", () => {
  assert.deepEqual(checkCounter([property("positive", always(lt(0, count)))]), {
    states: 0,
    transitions: 0,
    depth: 0,
    complete: true,
    violations: [["positive", 0]],
    tested: ["positive"],
  });
});

test("a property of steps sees the state before, the state after and the event, and is tested at its event", () => {
  const to: Expr = { op: "argument", type: int(0, 3), position: 0 };
  const before = load(counter, 0, true);
  const one = (name: string, event: string | undefined, condition: Expr, premise?: Expr) =>
    property(name, { kind: "step", event, premise, condition });
  const { violations, tested } = checkCounter([
    one("counts-by-one", "counted", eq(to, add(before, 1))),
    one("tells-the-new-value", "counted", eq(to, count)),
    one("never-from-2", undefined, ne(before, 2)),
    one("untested", undefined, eq(0, 1), lt(count, before)),
    one("never-happens", "no such event", eq(0, 1)),
  ]);
  assert.deepEqual(violations, [["never-from-2", 3]]);
  assert.deepEqual(tested, ["counts-by-one", "tells-the-new-value", "never-from-2"]);
});

test("a check whose premise is always false holds and counts as untested", () => {
  const premised = (limit: number) => property("premised", always(eq(0, 1), eq(count, limit)));
  const { tested, violations } = checkCounter([premised(3)], {}, 2);
  assert.deepEqual([tested, violations], [[], []]);
  const reached = checkCounter([premised(2)], {}, 2);
  assert.deepEqual([reached.tested, reached.violations], [["premised"], [["premised", 2]]]);
});

test("a search to a depth finds the states that deep, but does not expand them", () => {
  const below2 = property("below-2", always(lt(count, 2)));
  const bounded = (maxDepth: number) => {
    const { states, transitions, depth, complete, violations } = checkCounter([below2], { maxDepth });
    return [states, transitions, depth, complete, violations.length];
  };
  assert.deepEqual(bounded(0), [1, 0, 0, false, 0]);
  assert.deepEqual(bounded(1), [2, 1, 1, false, 0]);
  assert.deepEqual(bounded(2), [2, 2, 1, true, 1]);
});

test("an actor that waits forever is a deadlock in the first state in which it waits", () => {
  const { states, depth, violations } = checkCounter([deadlock]);
  assert.deepEqual([states, depth, violations], [4, 3, [["no-deadlock", 3]]]);
});

test("a value that leaves its range ends its path with the reason", () => {
  const { rangeError, states, transitions } = referenceSearch(countsTo(4), []);
  assert.deepEqual([rangeError, states, transitions], ["counter takes 0..3, not 4", 4, 4]);
});

test("the peers' protocol has the states that the other checkers count, and its bug is 20 steps away", () => {
  const { states, transitions, violations, complete } = referenceSearch(peersModel(2), peersProperties);
  assert.deepEqual([states, transitions, violations.size, complete], [10_810, 23_466, 0, true]);
  const bug = referenceSearch(peersModel(2, true), peersProperties);
  assert.deepEqual([...bug.violations], [["no-lock-on-a-freed-page", 20]]);
});

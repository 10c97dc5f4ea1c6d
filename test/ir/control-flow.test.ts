/** The meaning of control between steps, shown with programs of a few states. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { referenceSearch } from "../../src/checker/reference-search.ts";
import { buildProgram } from "../../src/ir/build-program.ts";
import { evaluate } from "../../src/ir/evaluate.ts";
import { add, constant, eq, load, lt, ne, subtract } from "../../src/ir/expression.ts";
import { locationId } from "../../src/ir/indices.ts";
import { executeStep, initialState } from "../../src/ir/interpreter.ts";
import type { Program } from "../../src/ir/program.ts";
import { procedure, type Recorder, recordActor } from "../../src/ir/recorder.ts";
import { bool, enumeration, int } from "../../src/ir/types.ts";
import { type Variable, variable } from "../../src/ir/variable.ts";

const file = "test";
const firstLocation = locationId(0);
const x = variable("x", int(0, 20));
const place = load(x);

function programOf(main: (k: Recorder) => void, variables: readonly Variable[] = [x]): Program {
  const event = { name: "seen", note: "", parameters: [{ name: "value", type: int(0, 20) }] };
  const actors = [recordActor("actor", procedure<undefined>("main", { file }, main))];
  return buildProgram({ variables, events: [event], actors });
}

/** The values that x takes at rest, in the order in which states are found. */
function valuesOf(program: Program): number[] {
  const values: number[] = [];
  referenceSearch(program, [], { onState: (state) => values.push(evaluate(program, place, state)) });
  return values;
}

const labelsOf = ({ locations }: Program) => locations.map(({ label }) => label);

test("branches, loops and returns between steps take no step", () => {
  const countTo = procedure<{ readonly limit: number }>("count_to", { file, returns: bool }, (k, { limit }) => {
    const i = k.register("i", int(0, 10));
    k.set(i, 0);
    k.loop(() => {
      k.if(eq(i, limit), () => k.break());
      k.step("add", "", () => k.set(place, add(place, 1)));
      k.set(i, add(i, 1));
    });
    k.return(true);
  });
  const program = programOf((k) => {
    const done = k.call(countTo, { limit: 3 });
    k.if(done, () => k.step("after", "", () => k.set(place, 10)));
  });
  assert.deepEqual(valuesOf(program), [0, 0, 1, 2, 3, 10]);
  assert.deepEqual(labelsOf(program), ["start", "add", "after", "finished"]);
});

test("a constant condition leaves only the branch that is taken", () => {
  const program = programOf((k) => {
    k.if(
      constant(1, bool),
      () => k.step("taken", "", () => k.set(place, 1)),
      () => k.step("not taken", "", () => k.set(place, 2)),
    );
  });
  assert.deepEqual(labelsOf(program), ["taken", "finished"]);
});

test("a jump ends its step, and the statements after it run only on other paths", () => {
  const program = programOf((k) => {
    k.loop(() => {
      k.step("step", "", () => {
        k.if(eq(place, 2), () => k.break());
        k.set(place, add(place, 1));
      });
    });
    k.step("last", "", () => k.set(place, 9));
  });
  assert.deepEqual(valuesOf(program), [0, 1, 2, 2, 9]);
});

test("a location knows the calls that lead to it", () => {
  const inner = procedure<object>("inner", { file: "inner.c" }, (k) => k.step("deep", "", () => k.set(place, 1)));
  const outer = procedure<object>("outer", { file: "outer.c" }, (k) => k.call(inner, {}));
  const program = programOf((k) => {
    k.call(outer, {});
    k.call(inner, {});
  });
  const stacks = program.locations.map(({ stack }) => stack.map((frame) => frame.procedure).join(" > "));
  assert.deepEqual(stacks, ["main > outer > inner", "main > inner", ""]);
  assert.deepEqual(program.locations[0]?.source, { file: "inner.c", function: "inner" });
});

test("a choice number has one digit for each choose, and unused digits enable nothing", () => {
  const program = programOf((k) => {
    k.step("choose", "", () => {
      k.choose({ one: () => k.set(place, 1), two: () => k.set(place, 2), three: () => k.set(place, 3) });
      k.if(ne(place, 3), () => k.choose({ stay: () => {}, ten: () => k.set(place, add(place, 10)) }));
    });
  });
  const outcomes = Array.from({ length: program.locations[0]?.choices ?? 0 }, (_, choice) => {
    const outcome = executeStep(program, initialState(program), firstLocation, choice);
    return outcome === undefined ? undefined : evaluate(program, place, outcome.state);
  });
  assert.deepEqual(outcomes, [1, 2, 3, 11, 12, undefined]);
});

test("a step with a false await on its path is not enabled, wherever the await stands in it", () => {
  const program = programOf((k) => {
    k.step("blocked", "", () => {
      k.set(place, 5);
      k.await(lt(place, 5));
    });
  });
  assert.equal(executeStep(program, initialState(program), firstLocation, 0), undefined);
  const found = referenceSearch(program, [{ name: "no-deadlock", sentence: "", checks: [{ kind: "deadlock" }] }]);
  assert.deepEqual([found.states, [...found.violations]], [1, [["no-deadlock", 0]]]);
});

test("statements see the effects of earlier ones, asserts go on, events carry the values at their place", () => {
  const program = programOf((k) => {
    k.step("step", "", () => {
      k.set(place, 3);
      k.emit("seen", { value: place });
      k.assert(eq(place, 4), "x is not 4");
      k.set(place, add(place, 4));
    });
  });
  const outcome = executeStep(program, initialState(program), firstLocation, 0);
  assert.deepEqual(outcome?.events, [{ event: "seen", args: [3] }]);
  assert.deepEqual(outcome?.failures, [{ property: "kernel-assertions", message: "x is not 4" }]);
  assert.equal(outcome && evaluate(program, place, outcome.state), 7);
});

test("a value out of its range is reported and not assigned; reading beyond an array gives the smallest value", () => {
  const pair = variable("pair", int(2, 5), { dimensions: [{ name: "i", labels: ["a", "b"] }], initial: [3, 4] });
  const program = programOf(
    (k) => k.step("step", "", () => k.set(load(pair, place), add(load(pair, add(place, 7)), subtract(place, 1)))),
    [x, pair],
  );
  const outcome = executeStep(program, initialState(program), firstLocation, 0);
  assert.equal(outcome?.rangeError, "pair[a] takes 2..5, not 1");
  assert.equal(outcome && evaluate(program, load(pair, 0), outcome.state), 3);
});

test("a dead register never tells two states apart, and a live one does", () => {
  const side = enumeration("Side", ["left", "right"]);
  const twoWays = (uses: boolean) =>
    programOf((k) => {
      const way = k.register("way", side);
      k.step("choose", "", () => k.choose({ left: () => k.set(way, "left"), right: () => k.set(way, "right") }));
      k.step("pause", "", () => k.set(place, 1));
      if (uses) k.step("use", "", () => k.set(place, add(2, way)));
    });
  assert.deepEqual(valuesOf(twoWays(false)), [0, 0, 1]);
  assert.deepEqual(valuesOf(twoWays(true)), [0, 0, 0, 1, 1, 2, 3]);
});

test("registers of calls that do not overlap share their slots", () => {
  const uses = (name: string) =>
    procedure<object>(name, { file }, (k) => {
      const own = k.register("own", int(0, 9));
      k.step("read", "", () => k.set(own, place));
      k.step("write", "", () => k.set(place, add(own, 1)));
    });
  const program = programOf((k) => {
    k.call(uses("first"), {});
    k.call(uses("second"), {});
  });
  assert.equal(program.slots.length, 3, "x, the program counter and one slot for both registers");
  assert.deepEqual(valuesOf(program), [0, 0, 1, 1, 2]);
});

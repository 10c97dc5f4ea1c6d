import assert from "node:assert/strict";
import { test } from "node:test";
import { passedAssertions, uncheckedAssertions, unreachedSteps, vacuousNames } from "../../src/check/coverage.ts";
import { search } from "../../src/checker/search.ts";
import { buildProgram } from "../../src/ir/build-program.ts";
import { constant, eq, load } from "../../src/ir/expression.ts";
import { procedure, recordActor } from "../../src/ir/recorder.ts";
import { bool } from "../../src/ir/types.ts";
import { variable } from "../../src/ir/variable.ts";

const door = variable("door", bool);
/** Only the first actor finds the door open. No actor opens it again. */
const enter = procedure<undefined>("enter", { file: "house.c" }, (k) => {
  k.step("go_in", "waits for the door", () => {
    k.await(eq(load(door), false));
    k.set(load(door), true);
  });
  k.step("sit_down", "sits down", () => k.assert(true, "there is a chair", "chairs"));
});
const wait = procedure<undefined>("wait", { file: "house.c" }, (k) => {
  k.step("stand", "waits for a door that nobody shuts and opens again", () => k.await(false));
  k.step("complain", "would complain", () => k.assert(true, "somebody listens", "listeners"));
});
const program = buildProgram({
  variables: [door],
  events: [],
  actors: [recordActor("first", enter), recordActor("second", enter), recordActor("third", wait)],
});

test("a step is unreached if no actor takes it, and a property vacuous if its premise is never true", async () => {
  const always = constant(1, bool);
  const never = constant(0, bool);
  const asserted = (name: string) => ({ name, sentence: "", checks: [{ kind: "assertion" } as const] });
  const premised = (name: string, premise: typeof always) => ({
    name,
    sentence: "",
    checks: [{ kind: "state", premise, condition: always } as const],
  });
  const properties = [
    asserted("chairs"),
    asserted("listeners"),
    premised("tested", always),
    premised("untested", never),
  ];
  const sometimes = [premised("the door is shut", eq(load(door), true)), premised("nothing is", never)];
  const result = await search(program, [...properties, ...sometimes], { workers: 1 });

  // `second` never goes in, but `first` does.
  assert.deepEqual(unreachedSteps(program, result), [
    { procedure: "wait", label: "stand" },
    { procedure: "wait", label: "complain" },
  ]);
  assert.deepEqual(vacuousNames(program, properties, sometimes, result), [
    { kind: "property", name: "listeners" },
    { kind: "property", name: "untested" },
    { kind: "sometimes", name: "nothing is" },
  ]);
});

test("a false assertion is reported even if its property is not checked, and only if it is reached", async () => {
  const shout = procedure<undefined>("shout", { file: "house.c" }, (k) => {
    k.step("call", "calls out", () => {
      k.assert(eq(load(door), true), "the door is shut", "quiet");
      k.assert(eq(load(door), false), "the door is open", "quiet");
      k.assert(false, "nobody sleeps", "manners");
    });
    k.step("wait", "waits for ever", () => k.await(false));
    k.step("curse", "would curse", () => k.assert(false, "nobody hears it", "quiet"));
  });
  const street = buildProgram({ variables: [door], events: [], actors: [recordActor("only", shout)] });
  const manners = { name: "manners", sentence: "", checks: [{ kind: "passed", property: "x", message: "y" } as const] };
  const unchecked = uncheckedAssertions(street, [manners]);
  assert.deepEqual(
    unchecked.map(({ name, checks }) => [name, checks.length]),
    [["quiet", 3]],
  );
  const result = await search(street, [manners, ...unchecked], { workers: 1 });
  assert.equal(result.violations.length, 0);
  assert.deepEqual(passedAssertions(unchecked, 1, result), [{ property: "quiet", message: "the door is shut" }]);
});

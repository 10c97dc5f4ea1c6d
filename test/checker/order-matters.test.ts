/**
 * Programs in which one order of steps breaks a promise, and the others keep it. Each is there for one of the conditions
 * of docs/internals/partial-order.md: without it, the reduced search would take the harmless order alone.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { search } from "../../src/checker/search.ts";
import { buildProgram } from "../../src/ir/build-program.ts";
import { type Expr, eq, load, ne, or } from "../../src/ir/expression.ts";
import type { Program } from "../../src/ir/program.ts";
import type { Check, Property } from "../../src/ir/property.ts";
import { procedure, type Recorder, recordActor } from "../../src/ir/recorder.ts";
import { int } from "../../src/ir/types.ts";
import { variable } from "../../src/ir/variable.ts";

const variables = ["v", "w"].map((name) => variable(name, int(0, 3)));
const [v, w] = variables.map((one) => load(one)) as [Expr, Expr];

type Body = (k: Recorder) => void;

function programOf(...actors: readonly Body[]): Program {
  return buildProgram({
    variables,
    events: [{ name: "seen", note: "", parameters: [] }],
    actors: actors.map((body, i) => recordActor(`a${i}`, procedure<undefined>(`p${i}`, { file: "test" }, body))),
  });
}

const asserted: Check = { kind: "assertion" };
const sets =
  (to: Expr, value: number): Body =>
  (k) =>
    k.step(`set ${value}`, "", () => k.set(to, value));
const asserts =
  (condition: Expr): Body =>
  (k) =>
    k.step("assert", "", () => k.assert(condition, "", "kept"));

async function assertViolated(program: Program, check: Check): Promise<void> {
  const properties: readonly Property[] = [{ name: "kept", sentence: "", checks: [check] }];
  for (const partialOrder of [false, true]) {
    const found = await search(program, properties, { workers: 1, memoryBytes: 2 ** 25, partialOrder });
    assert.equal(found.violations.length, 1, partialOrder ? "reduced" : "whole");
  }
}

test("who writes what another still reads is not taken alone", () =>
  assertViolated(programOf(sets(v, 1), asserts(eq(v, 1))), asserted));

test("who reads what another still writes is not taken alone", () =>
  assertViolated(programOf(asserts(eq(v, 0)), sets(v, 1)), asserted));

test("who writes what another still writes is not taken alone, though nobody else reads it", () => {
  const program = programOf(
    (k) => {
      sets(v, 1)(k);
      k.step("wait", "", () => k.await(eq(w, 1)));
      asserts(eq(v, 2))(k);
    },
    (k) => {
      sets(v, 2)(k);
      sets(w, 1)(k);
    },
  );
  return assertViolated(program, asserted);
});

test("what another will do only later counts as well", () => {
  const program = programOf(sets(v, 1), (k) => {
    sets(w, 1)(k);
    asserts(eq(v, 1))(k);
  });
  return assertViolated(program, asserted);
});

test("who could be kept from going on is not taken alone", () => {
  const program = programOf((k) => k.step("wait", "", () => k.await(eq(v, 0))), sets(v, 1));
  return assertViolated(program, { kind: "deadlock" });
});

test("where there is a choice, no step is taken alone", () => {
  const program = programOf((k) => {
    k.step("choose", "", () => k.choose({ one: () => k.set(v, 1), two: () => k.set(v, 2) }));
    asserts(eq(v, 1))(k);
  });
  return assertViolated(program, asserted);
});

test("two steps that a check of states compares are taken in both orders", () =>
  assertViolated(programOf(sets(v, 1), sets(w, 1)), {
    kind: "state",
    premise: undefined,
    condition: or(eq(v, 1), eq(w, 0)),
  }));

test("a step that ends what a check of states asks for is not taken alone", () => {
  const program = programOf((k) => k.step("end", "", () => {}), sets(w, 1));
  const [first] = program.actors;
  assert.ok(first !== undefined);
  const premise = ne(load(first.pc), first.final - first.first);
  return assertViolated(program, { kind: "state", premise, condition: eq(w, 0) });
});

test("what a check of steps reads, the step reads", () => {
  const program = programOf((k) => k.step("see", "", () => k.emit("seen", {})), sets(v, 1));
  return assertViolated(program, { kind: "step", event: "seen", premise: undefined, condition: eq(v, 0) });
});

test("states that are not stored are judged, the last one from the start as well", async () => {
  const program = programOf((k) => {
    sets(v, 1)(k);
    sets(v, 2)(k);
  });
  for (const value of [1, 2])
    await assertViolated(program, { kind: "state", premise: undefined, condition: ne(v, value) });
});

test("a state between from which nobody can finish is found", () => {
  const program = programOf(
    (k) => {
      sets(w, 1)(k);
      k.loop(() => k.step("spin", "", () => k.if(eq(v, 0), () => k.break())));
    },
    sets(v, 1),
  );
  return assertViolated(program, { kind: "progress" });
});

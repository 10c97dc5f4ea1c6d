import assert from "node:assert/strict";
import { test } from "node:test";
import { evaluate } from "../../src/ir/evaluate.ts";
import type { Expr } from "../../src/ir/expression.ts";
import { slotIndex } from "../../src/ir/indices.ts";
import type { Program } from "../../src/ir/program.ts";
import { bool, enumeration, int, word } from "../../src/ir/types.ts";
import { variable } from "../../src/ir/variable.ts";
import { compileProperty } from "../../src/properties/compile.ts";
import { schemaOfVariables } from "../../src/properties/variable-schema.ts";

const rows = { name: "row", labels: ["r0", "r1"] };
const columns = { name: "column", labels: ["c0", "c1", "c2"] };
const cell = word("Cell", { kind: enumeration("Kind", ["free", "taken"]), count: int(0, 3) });
const variables = [
  variable("grid", int(0, 9), { dimensions: [rows, columns], initial: [1, 2, 3, 4, 5, 6] }),
  variable("lock.held", bool, { initial: 1 }),
  variable("lock.owner.index", int(0, 3), { initial: 2 }),
  variable("cells", cell, { dimensions: [rows], initial: [0, 5] }),
  variable("writer.register", int(0, 3), { actor: "writer" }),
];

function value(text: string): number {
  const compiled = compileProperty(text, { schema: schemaOfVariables(variables) });
  assert.ok(compiled.ok, JSON.stringify(compiled));
  return evaluateInitially(compiled.expr);
}

function evaluateInitially(expr: Expr): number {
  const slotOf = new Map(variables.map((one, index) => [one, slotIndex(index * 10)] as const));
  const state = new Int32Array(50);
  for (const one of variables) state.set(one.initial, slotOf.get(one));
  const program: Program = {
    actors: [],
    locations: [],
    variables,
    events: [],
    slots: [],
    slotOf,
    live: [],
    symmetries: [],
  };
  return evaluate(program, expr, state);
}

test("dimensions are nested lists, dots are records, words are records of their fields", () => {
  assert.equal(value("grid[1][2] == 6 && grid[0].map(x, x).sum() == 6 && size(grid) == 2"), 1);
  assert.equal(value("lock.held && lock.owner.index == 2"), 1);
  assert.equal(value('cells[0].kind == "free" && cells[1].kind == "taken" && cells[1].count == 2'), 1);
});

test("a position beyond its own dimension reads the smallest value, not another row", () => {
  assert.equal(value("grid[0][lock.owner.index + 1] == 0"), 1);
  assert.equal(value("grid[lock.owner.index][0] == 0"), 1);
  assert.equal(value("grid[0 - lock.owner.index][2 + lock.owner.index] == 0"), 1);
  assert.equal(value("grid[lock.owner.index - 1][lock.owner.index] == 6"), 1);
});

test("properties do not see registers", () => {
  assert.deepEqual(Object.keys(schemaOfVariables(variables)(false)), ["grid", "lock", "cells"]);
});

test("a value that is also a record is refused", () => {
  const both = [variable("lock", bool), variable("lock.held", bool)];
  assert.throws(() => schemaOfVariables(both)(false), /a value and a record at once/);
  assert.throws(() => schemaOfVariables(both.toReversed())(false), /a value and a record at once|two things/);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { waysOf, withoutWay } from "../../src/edits/choosing.ts";
import { constant } from "../../src/ir/expression.ts";
import type { RecordedStatement } from "../../src/ir/recorder.ts";

function choice(...names: readonly string[]): RecordedStatement {
  return { op: "choose", alternatives: names.map((name) => ({ name, body: [] })) };
}

const within = (...then: RecordedStatement[]): RecordedStatement => ({
  op: "if",
  condition: constant(1),
  then,
  otherwise: [],
});

test("the ways of a step are found wherever they stand, except those that stand for a page, a slot or an operation", () => {
  const body = [choice("P0", "P1", "out of memory"), within(choice("fatal signal", "locked"))];
  assert.deepEqual(waysOf(body), ["out of memory", "fatal signal", "locked"]);
});

test("a step goes all ways but the one that is taken away", () => {
  const body = [within(choice("fatal signal", "locked"))];
  assert.deepEqual(withoutWay(body, "locked"), [within(choice("fatal signal"))]);
});

test("the only way of a step cannot be taken away", () => {
  assert.deepEqual(waysOf([choice("locked")]), []);
  assert.deepEqual(withoutWay([choice("locked")], "locked"), [choice("locked")]);
});

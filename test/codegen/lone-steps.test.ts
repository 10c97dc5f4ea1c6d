/** The tables of the partial-order reduction. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { loneSteps, noLoneSteps } from "../../src/codegen/lone-steps.ts";
import { allStatements } from "../../src/ir/walk.ts";
import { peersModel, peersProperties } from "../fixtures/peers-model.ts";
import { sparseProgram } from "../fixtures/sparse-program.ts";

test("no way leads round over steps that are taken alone", () => {
  let alone = 0;
  fc.assert(
    fc.property(fc.gen(), (g) => {
      const { program, properties } = sparseProgram(g);
      const { rowOf } = loneSteps(program, properties);
      const onWay = new Set<number>();
      const visit = (place: number): void => {
        if ((rowOf[place] ?? 0) === 0) return;
        alone++;
        assert.ok(!onWay.has(place), `a cycle at location ${place}`);
        onWay.add(place);
        for (const statement of allStatements(program.locations[place]?.body ?? []))
          if (statement.op === "goto") visit(statement.location);
        onWay.delete(place);
      };
      for (const { id } of program.locations) visit(id);
    }),
  );
  assert.ok(alone > 100);
});

test("what every thread can reach again from everywhere is never taken alone", () => {
  assert.equal(loneSteps(peersModel(2), peersProperties), noLoneSteps);
});

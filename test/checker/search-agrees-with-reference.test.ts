import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import type { Violation } from "../../src/checker/contract/search-types.ts";
import { referenceSearch } from "../../src/checker/reference-search.ts";
import { search } from "../../src/checker/search.ts";
import { executeStep, initialState } from "../../src/ir/interpreter.ts";
import type { Program } from "../../src/ir/program.ts";
import { tries } from "../fixtures/nightly.ts";
import { peersModel, peersProperties } from "../fixtures/peers-model.ts";
import { randomProgram } from "../fixtures/random-program.ts";

/** Checks that each move of a trace can be taken, and that all moves except the last leave no range. */
function assertReplays(program: Program, { steps, property }: Violation): void {
  let state = initialState(program);
  for (const [position, { location, choice }] of steps.entries()) {
    const outcome = executeStep(program, state, location, choice);
    assert.ok(outcome !== undefined, `move ${position} of the trace for ${property} is not enabled`);
    const isLast = position === steps.length - 1;
    assert.equal(outcome.rangeError !== undefined, isLast && property === "range-error");
    state = outcome.state;
  }
}

test("the generated search finds what the plain one finds, on random programs", async () => {
  await fc.assert(
    fc.asyncProperty(fc.gen(), async (g) => {
      const { program, properties } = randomProgram(g);
      const maxDepth = 6;
      const plain = referenceSearch(program, properties, { maxDepth });
      const found = await search(program, properties, { maxDepth, workers: 1, memoryBytes: 2 ** 25 });
      assert.equal(found.states, plain.states);
      assert.equal(found.transitions, plain.transitions);
      assert.equal(found.depth, plain.depth);
      assert.equal(found.complete, plain.complete);
      const lengths = new Map<string, number>();
      for (const { property, steps } of found.violations)
        if (property !== "range-error") lengths.set(properties[property]!.name, steps.length);
      assert.deepEqual(new Map([...lengths].sort()), new Map([...plain.violations].sort()));
      assert.equal(
        found.violations.some(({ property }) => property === "range-error"),
        plain.rangeError !== undefined,
      );
      const reached = [...found.transitionsOf.keys()].filter((id) => found.transitionsOf[id] !== 0);
      assert.deepEqual(
        reached,
        [...plain.reached].sort((a, b) => a - b),
      );
      for (const [position, { name, checks }] of properties.entries()) {
        if (!checks.some(({ kind }) => kind === "state" || kind === "step")) continue;
        assert.equal(found.tested[position]!.includes(true), plain.tested.has(name), `${name} tested`);
      }
      for (const violation of found.violations) assertReplays(program, violation);
    }),
    { numRuns: tries(30, 100) },
  );
});

test("the generated search finds what the plain one finds, on the peers' protocol", async () => {
  for (const bug of [false, true]) {
    const program = peersModel(2, bug);
    const plain = referenceSearch(program, peersProperties);
    const found = await search(program, peersProperties);
    assert.equal(found.states, plain.states);
    assert.equal(found.transitions, plain.transitions);
    assert.equal(found.depth, plain.depth);
    assert.deepEqual(
      found.violations.map(({ steps }) => steps.length),
      [...plain.violations.values()],
    );
  }
});

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { ValueType } from "../../src/ir/types.ts";
import { builtInProperties } from "../../src/properties/built-in/built-in-properties.ts";
import { compileDefinition } from "../../src/properties/definition.ts";
import { tries } from "../fixtures/nightly.ts";
import { lists, type ProtocolState, protocol } from "./protocol-state.ts";

/** Mostly 0 and false, and positions of existing elements. */
function fieldOf(type: ValueType): fc.Arbitrary<number | string> {
  if (type.kind === "enum") return fc.constantFrom(...type.literals);
  return type.kind === "bool" ? fc.integer({ min: 0, max: 1 }) : fc.constantFrom(0, 0, 0, 1, 1, 2);
}

const states: fc.Arbitrary<ProtocolState> = fc.record(
  Object.fromEntries(
    Object.entries(lists).map(([list, fields]) => {
      const values = Object.entries(fields).map(([name, type]) => [name, fieldOf(type)] as const);
      return [list, fc.array(fc.record(Object.fromEntries(values)), { minLength: 2, maxLength: 2 })];
    }),
  ),
);

test("no premise hides a violation: if it is false, the built-in check holds", () => {
  const args = fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 6, maxLength: 6 });
  const hidden = new Map<string, string>();
  const judged = (state: ProtocolState, values: readonly number[]): void => {
    const { context, evaluator } = protocol(state);
    const evaluate = evaluator(values);
    for (const definition of builtInProperties) {
      const result = compileDefinition(definition, context);
      assert.ok(result.ok);
      for (const [number, check] of result.property.checks.entries()) {
        if (check.kind !== "state" && check.kind !== "step") continue;
        if (check.premise === undefined || evaluate(check.premise) !== 0 || evaluate(check.condition) !== 0) continue;
        hidden.set(`${definition.name}, check ${number}`, JSON.stringify(state));
      }
    }
  };
  fc.assert(fc.property(states, args, judged), { numRuns: tries(50, 150) });
  assert.deepEqual([...hidden.keys()], []);
});

import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { moduleBuilder } from "../../src/codegen/wasm/encoder/module-builder.ts";
import { checksByKind, numberChecks, propertyBit } from "../../src/codegen/wasm/step/property-bits.ts";
import { stepFunction, stepSignature } from "../../src/codegen/wasm/step/step-function.ts";
import { evaluate, type State } from "../../src/ir/evaluate.ts";
import type { LocationId } from "../../src/ir/indices.ts";
import { executeStep } from "../../src/ir/interpreter.ts";
import { layoutOf, pack, unpack } from "../../src/ir/layout.ts";
import type { Program } from "../../src/ir/program.ts";
import type { Property } from "../../src/ir/property.ts";
import { stepNames } from "../../src/ir/step-vocabulary.ts";
import { tries } from "../fixtures/nightly.ts";
import { peersModel, peersProperties } from "../fixtures/peers-model.ts";
import { randomProgram, randomState } from "../fixtures/random-program.ts";

type Step = (location: number, source: number, destination: number, choice: number) => bigint;

/** The steps of a program as WebAssembly, called one at a time. */
function compiledSteps(program: Program, properties: readonly Property[]): { step: Step; memory: WebAssembly.Memory } {
  const builder = moduleBuilder();
  const checks = checksByKind(properties, numberChecks(properties));
  const context = { program, layout: layoutOf(program), properties, checks, builder, endless: undefined };
  builder.setTable(
    program.locations.map((location) => (location.body.length === 0 ? undefined : stepFunction(context, location))),
  );
  builder.func(
    ["i32", "i32", "i32", "i32"],
    "i64",
    ([location, source, destination, choice]) => [
      builder.callIndirect(stepSignature.params, stepSignature.result, location, source, destination, choice),
    ],
    "step",
  );
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(builder.finish(1)), { env: { memory } });
  return { step: instance.exports.step as unknown as Step, memory };
}

const rangeError = 1n << 63n;

/** The expected result of a step, from the interpreter; 0 if it is not enabled. */
function expected(program: Program, properties: readonly Property[], before: State, id: LocationId, choice: number) {
  const outcome = executeStep(program, before, id, choice);
  if (outcome === undefined) return { result: 0n };
  if (outcome.rangeError !== undefined) return { result: rangeError | 1n };
  const step = stepNames(program, program.locations[id]!);
  let result = 1n;
  for (const [number, property] of properties.entries()) {
    for (const check of property.checks) {
      if (check.kind === "assertion" && outcome.failures.some((failure) => failure.property === property.name))
        result |= propertyBit(number);
      if (check.kind !== "step") continue;
      const occasions =
        check.event === undefined
          ? [[]]
          : outcome.events.filter(({ event }) => event === check.event).map(({ args }) => args);
      for (const args of occasions) {
        const holds = (expr: typeof check.premise) =>
          expr === undefined || evaluate(program, expr, outcome.state, { old: before, args, step }) !== 0;
        if (holds(check.premise) && !holds(check.condition)) result |= propertyBit(number);
      }
    }
  }
  return { result, state: outcome.state };
}

function compareOn(program: Program, properties: readonly Property[], draw: () => State, states: number): void {
  const layout = layoutOf(program);
  const { step, memory } = compiledSteps(program, properties);
  const [source, destination] = [8192, 12288];
  for (let round = 0; round < states; round++) {
    const before = draw();
    pack(layout, before, new Uint32Array(memory.buffer, source, layout.words));
    for (const { id, body, choices } of program.locations) {
      if (body.length === 0) continue;
      const own = before.slice();
      for (let choice = 0; choice < choices; choice++) {
        const wanted = expected(program, properties, own, id, choice);
        const result = BigInt.asUintN(64, step(id, source, destination, choice));
        assert.equal(result, wanted.result, `location ${id}, choice ${choice}, state ${own}`);
        if (wanted.state !== undefined)
          assert.deepEqual(unpack(layout, new Uint32Array(memory.buffer, destination, layout.words)), wanted.state);
      }
    }
  }
}

test("generated steps do what the interpreter does, on random programs and states", () => {
  fc.assert(
    fc.property(fc.gen(), (g) => {
      const random = randomProgram(g);
      compareOn(random.program, random.properties, () => randomState(random, g), 8);
    }),
    { numRuns: tries(30, 150) },
  );
});

test("generated steps do what the interpreter does, on the peers' protocol", () => {
  fc.assert(
    fc.property(fc.gen(), (g) => {
      const program = peersModel(2);
      compareOn(program, peersProperties, () => randomState({ program, properties: [], registers: [] }, g), 5);
    }),
    { numRuns: tries(6, 20) },
  );
});

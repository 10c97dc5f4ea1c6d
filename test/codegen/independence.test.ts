import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { areIndependent, stepBits } from "../../src/codegen/analysis/independence.ts";
import type { State } from "../../src/ir/evaluate.ts";
import type { LocationId } from "../../src/ir/indices.ts";
import { executeStep, initialState } from "../../src/ir/interpreter.ts";
import { at } from "../../src/ir/lookup.ts";
import { firstSlot, type Location, type Program } from "../../src/ir/program.ts";
import { tries } from "../fixtures/nightly.ts";
import { peersModel, peersProperties } from "../fixtures/peers-model.ts";
import { randomProgram } from "../fixtures/random-program.ts";

/** All that a step does under each of its choices, except for the state that it leads to. */
function outcomes(program: Program, state: State, { id, choices }: Location) {
  return Array.from({ length: choices }, (_, choice) => executeStep(program, state, id, choice));
}

function placesIn(program: Program, state: State): readonly Location[] {
  return program.actors.flatMap(({ pc, first, count }) => {
    const place = first + at(state, firstSlot(program, pc));
    return place < first + count ? [at(program.locations, place)] : [];
  });
}

/** The first states that a plain search finds. */
function someStates(program: Program, most: number): readonly State[] {
  const found = new Map([[initialState(program).join(), initialState(program)]]);
  for (const state of found.values()) {
    for (const place of placesIn(program, state)) {
      for (const outcome of outcomes(program, state, place)) {
        if (found.size >= most) return [...found.values()];
        if (outcome !== undefined && outcome.rangeError === undefined) found.set(outcome.state.join(), outcome.state);
      }
    }
  }
  return [...found.values()];
}

test("independent steps say and do the same in either order, on random programs", () => {
  fc.assert(
    fc.property(fc.gen(), (g) => {
      const { program, properties } = randomProgram(g);
      const bits = stepBits(program, properties);
      for (const state of someStates(program, 30)) {
        for (const one of placesIn(program, state)) {
          for (const other of placesIn(program, state)) {
            if (one.actor === other.actor || !areIndependent(at(bits, one.id), at(bits, other.id))) continue;
            const before = outcomes(program, state, one);
            for (const [choice, moved] of outcomes(program, state, other).entries()) {
              if (moved === undefined || moved.rangeError !== undefined) continue;
              const after = outcomes(program, moved.state, one);
              for (const [i, outcome] of before.entries()) {
                assert.equal(after[i] === undefined, outcome === undefined);
                if (outcome === undefined) continue;
                assert.deepEqual(after[i]?.events, outcome.events);
                assert.deepEqual(after[i]?.failures, outcome.failures);
                assert.equal(after[i]?.rangeError, outcome.rangeError);
                if (outcome.rangeError !== undefined) continue;
                const swapped = executeStep(program, outcome.state, other.id, choice);
                assert.deepEqual(swapped?.state, after[i]?.state);
              }
            }
          }
        }
      }
    }),
    { numRuns: tries(50, 200) },
  );
});

test("steps that lock different things are independent, and those that lock the same thing are not", () => {
  const program = peersModel(2);
  const bits = stepBits(program, peersProperties);
  const named = (actor: number, label: string): LocationId => {
    const found = program.locations.find((location) => location.actor === actor && location.label === label);
    assert.ok(found !== undefined, label);
    return found.id;
  };
  const independent = (one: string, other: string) =>
    areIndependent(at(bits, named(0, one)), at(bits, named(1, other)));
  assert.ok(independent("F8", "Z2"));
  assert.ok(!independent("F8", "E8"));
  assert.ok(!independent("F9", "E9"));
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { buildProgram } from "../../src/ir/build-program.ts";
import { evaluate } from "../../src/ir/evaluate.ts";
import { load } from "../../src/ir/expression.ts";
import { locationId, slotIndex } from "../../src/ir/indices.ts";
import { executeStep, initialState } from "../../src/ir/interpreter.ts";
import { layoutOf, pack, unpack } from "../../src/ir/layout.ts";
import type { Program, Symmetry } from "../../src/ir/program.ts";
import { procedure, recordActor } from "../../src/ir/recorder.ts";
import { restingPlaces } from "../../src/ir/resting-places.ts";
import { canonicalState, permuteArguments, permuteState } from "../../src/ir/symmetry.ts";
import { int } from "../../src/ir/types.ts";
import { variable } from "../../src/ir/variable.ts";

const counter = variable("counter", int(0, 3));
const stranger = variable("stranger", int(0, 3));

const program = buildProgram({
  variables: [counter],
  events: [],
  actors: [
    recordActor(
      "only",
      procedure<undefined>("main", { file: "test.c" }, (k) => {
        k.step("once", "counts", () => k.set(load(counter), 1));
      }),
    ),
  ],
});

const slots = (...positions: readonly number[]) => positions.map(slotIndex);

/** Two elements in slots 0 and 1; slot 2 holds the number of one of them. */
const pair: Symmetry = {
  name: "pair",
  elements: ["a", "b"],
  size: 2,
  rows: [slots(0, 1)],
  uses: [{ slot: slotIndex(2), field: undefined, values: [0, 1] }],
  carried: [{ event: "used", argument: 0, field: undefined, values: [0, 1] }],
  actors: undefined,
  sortBy: [],
};
const state = Int32Array.of(5, 6, 1);

function crashes(name: string, run: () => unknown): void {
  test(name, () => {
    assert.throws(
      run,
      (error: unknown) => error instanceof RangeError && /there is no|is not there|has no/.test(error.message),
    );
  });
}

test("a valid permutation moves the elements", () => {
  assert.deepEqual([...permuteState(pair, state, [1, 0])], [6, 5, 0]);
});

crashes("a permutation that lacks an element crashes", () => permuteState(pair, state, [1]));
crashes("a permutation that names an unknown element crashes", () => permuteState(pair, state, [0, 7]));
crashes("a symmetry over a slot that the state lacks crashes", () =>
  permuteState({ ...pair, rows: [slots(0, 9)] }, state, [1, 0]),
);
crashes("a symmetry that renames a slot that the state lacks crashes", () =>
  canonicalState([{ ...pair, uses: [{ slot: slotIndex(9), field: undefined, values: [0, 1] }] }], state),
);
crashes("an order by a slot that the state lacks crashes", () =>
  canonicalState([{ ...pair, actors: [0, 1], sortBy: [slots(0, 9)] }], state),
);
crashes("an event without the argument that a symmetry renames crashes", () =>
  permuteArguments(pair, "used", [], [1, 0]),
);
crashes("a step from an unknown location crashes", () =>
  executeStep(program, initialState(program), locationId(99), 0),
);
crashes("an unknown variable crashes", () => evaluate(program, load(stranger), initialState(program)));
crashes("a state that lacks a slot crashes", () => evaluate(program, load(counter), new Int32Array(0)));
crashes("a program counter beyond the program crashes", () => {
  const lost = initialState(program);
  lost[lost.length - 1] = 99;
  return restingPlaces(program, lost);
});
crashes("a goto to an unknown location crashes in the next state", () => {
  const [first, ...others] = program.locations;
  assert.ok(first !== undefined);
  const broken: Program = {
    ...program,
    locations: [{ ...first, body: [{ op: "goto", location: locationId(99) }] }, ...others],
  };
  const taken = executeStep(broken, initialState(broken), first.id, 0);
  assert.ok(taken !== undefined);
  return restingPlaces(broken, taken.state);
});
crashes("a state that lacks a slot is not packed", () => pack(layoutOf(program), new Int32Array(0)));
crashes("a packed state that lacks a word is not unpacked", () => unpack(layoutOf(program), new Uint32Array(0)));

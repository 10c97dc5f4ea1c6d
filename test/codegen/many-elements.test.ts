/** The canonical form packs a permutation into four bits for each element, and one number means "no element". */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { referenceSearch } from "../../src/checker/reference-search.ts";
import { search } from "../../src/checker/search.ts";
import { buildProgram } from "../../src/ir/build-program.ts";
import { load } from "../../src/ir/expression.ts";
import type { Program } from "../../src/ir/program.ts";
import { procedure, recordActor } from "../../src/ir/recorder.ts";
import { canonicalState } from "../../src/ir/symmetry.ts";
import { int } from "../../src/ir/types.ts";
import { variable } from "../../src/ir/variable.ts";
import { canonicalForms } from "../fixtures/canonical-forms.ts";
import { peersModel } from "../fixtures/peers-model.ts";

const most = 15;
const freeShelves = 3;

interface Shelves {
  readonly program: Program;
  /** By element, the value that stands for it. Other values stand for nothing. */
  readonly values: readonly number[];
  readonly largest: number;
}

/**
 * Shelves that hold one of several alike things each. All but two things are on shelves of their own, and an actor puts
 * any of them on each of the free shelves.
 */
function shelvesModel(values: readonly number[], largest: number): Shelves {
  const elements = values.map((_, element) => `T${element}`);
  const type = int(0, largest, undefined, [{ set: { name: "things", elements }, values }]);
  const taken = values.slice(0, -2);
  const initial = [...taken, ...Array.from({ length: freeShelves }, () => 0)];
  const labels = initial.map((_, shelf) => `shelf${shelf}`);
  const shelves = variable("shelf", type, { dimensions: [{ name: "shelf", labels }], initial });
  const walker = procedure<undefined>("walker", { file: "shelves" }, (k) => {
    for (let shelf = taken.length; shelf < initial.length; shelf++)
      k.step(`put ${shelf}`, "puts a thing on the shelf", () =>
        k.choose(
          Object.fromEntries(values.map((value, element) => [`T${element}`, () => k.set(load(shelves, shelf), value)])),
        ),
      );
  });
  const program = buildProgram({
    variables: [shelves],
    events: [],
    alike: [],
    actors: [recordActor("walker", walker)],
  });
  return { program, values, largest };
}

const countingUp = Array.from({ length: most }, (_, element) => element + 1);
const models: Readonly<Record<string, Shelves>> = {
  "values that count up": shelvesModel(countingUp, most),
  "values that leave one out": shelvesModel(
    countingUp.map((value) => (value > 7 ? value : value - 1)),
    most,
  ),
  "large values that stand for nothing": shelvesModel([1, 3, 5, 7, 9, 11, 13, 15], 40),
};

for (const [name, { program, largest }] of Object.entries(models)) {
  test(`the generated code names as many elements as there is room for as the interpreter does: ${name}`, () => {
    const canonical = canonicalForms(program);
    const size = program.variables[0]?.size ?? 0;
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: largest }), { minLength: size, maxLength: size }), (held) => {
        const state = new Int32Array(program.slots.length);
        state.set(held);
        const { given, expected } = canonical(state);
        assert.deepEqual(given, expected);
      }),
    );
  });

  test(`a search with this symmetry finds one of each two symmetric states: ${name}`, async () => {
    const orbits = new Set<string>();
    let states = 0;
    referenceSearch(program, [], {
      onState(state) {
        states++;
        orbits.add(canonicalState(program.symmetries, state).state.join());
      },
    });
    const found = await search(program, [], { symmetries: program.symmetries, workers: 1 });
    assert.equal(found.states, orbits.size);
    assert.ok(found.states < states);
  });
}

test("a symmetry of more elements than the canonical form has room for is refused", async () => {
  const program = peersModel(most + 1);
  await assert.rejects(
    search(program, [], { symmetries: program.symmetries, workers: 1, maxDepth: 1 }),
    /a symmetry of 16 elements, and the canonical form has room for 15/,
  );
});

test("a value that the canonical form has no room for is refused", async () => {
  const { program } = shelvesModel([2, 4, 6, 20], 20);
  await assert.rejects(
    search(program, [], { symmetries: program.symmetries, workers: 1, maxDepth: 1 }),
    /no room for the values/,
  );
});

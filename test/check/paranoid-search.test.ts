import assert from "node:assert/strict";
import { test } from "node:test";
import { questionOf, type Run, runsOf } from "../../scripts/library/runs.ts";
import { paranoid } from "../../src/check/paranoid-search.ts";
import { search } from "../../src/checker/search.ts";
import { peersModel, peersProperties } from "../fixtures/peers-model.ts";

const paranoidSearch = paranoid(search);

test("with correct symmetries the search gives its result", async () => {
  const program = peersModel(2, true);
  const found = await paranoidSearch(program, peersProperties, { symmetries: program.symmetries });
  assert.equal(found.violations.length, 1);
  assert.ok(found.states < 9_750);
});

test("wrong symmetries that lead to an impossible trace are an error", async () => {
  const program = peersModel(2, true);
  const pcs = new Set(program.actors.map(({ pc }) => program.slotOf.get(pc)));
  // Everything of a thread is permuted except its place.
  const symmetries = program.symmetries.map((symmetry) => ({
    ...symmetry,
    rows: symmetry.rows.filter((row) => !row.some((slot) => pcs.has(slot))),
  }));
  await assert.rejects(paranoidSearch(program, peersProperties, { symmetries }), {
    message: "a trace of 20 moves was found to have 0",
  });
});

/** A scenario whose own expressions tell pages apart, but which is searched with the symmetry of pages. */
function withWrongSymmetry(name: string) {
  const [run] = runsOf([`test/fixtures/specs/symmetry/${name}.json`]) as [Run];
  const question = questionOf(run);
  const symmetries = question.program.symmetries.filter((symmetry) => symmetry.name === "pages");
  assert.equal(symmetries.length, 1);
  assert.ok(!question.symmetries.some((symmetry) => symmetries.includes(symmetry)));
  return { ...question, symmetries };
}

for (const stopWhen of ["first-violation-level", "exhausted"] as const)
  test(`a violation that only the search without reductions finds counts, even if it ends that search: ${stopWhen}`, async () => {
    const { program, properties, symmetries } = withWrongSymmetry("order");
    const reduced = await search(program, properties, { symmetries, stopWhen });
    assert.deepEqual([reduced.complete, reduced.violations], [true, []]);
    await assert.rejects(paranoidSearch(program, properties, { symmetries, stopWhen }), {
      name: "SearchFailure",
      message:
        /^searches with and without the symmetry of pages P0, P1 contradict each other: with, own is not violated; without, own is violated after \d+ steps/,
    });
  });

test("a state that only the search without reductions reaches counts", async () => {
  const { program, properties, symmetries } = withWrongSymmetry("reachable-pages");
  await assert.rejects(paranoidSearch(program, properties, { symmetries }), {
    message: /only the second page is anonymous were tested in one of the two searches only$/,
  });
});

test("a limit on the depth hides no contradiction above it, and causes none below it", async () => {
  const { program, properties, symmetries } = withWrongSymmetry("order");
  const { violations } = await search(program, properties, { stopWhen: "first-violation-level" });
  const length = violations[0]?.steps.length ?? 0;
  await assert.rejects(paranoidSearch(program, properties, { symmetries, maxDepth: length }), {
    message: /own is violated after/,
  });
  const shallow = await paranoidSearch(program, properties, { symmetries, maxDepth: length - 1 });
  assert.deepEqual([shallow.violations, shallow.bound], [[], "depth"]);
});

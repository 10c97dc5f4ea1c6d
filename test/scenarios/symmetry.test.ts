import assert from "node:assert/strict";
import { test } from "node:test";
import { differenceAfter, neighbourSwaps } from "../../scripts/library/permutation.ts";
import { libraryRuns, questionOf } from "../../scripts/library/runs.ts";
import { referenceSearch } from "../../src/checker/reference-search.ts";
import type { State } from "../../src/ir/evaluate.ts";
import { required } from "../../src/ir/lookup.ts";
import { firstSlot, type Program } from "../../src/ir/program.ts";
import { peersModel } from "../fixtures/peers-model.ts";

/** States of the plain search at regular intervals, up to a maximum number. */
const [stride, most] = [97, 12];

test("elements that are not alike are recognised", () => {
  const program = peersModel(2);
  const [threads] = program.symmetries;
  assert.ok(threads !== undefined);
  // The address space of each thread is not permuted.
  const slot = firstSlot(program, program.variables.find(({ name }) => name === "m") as never);
  const broken = { ...threads, rows: threads.rows.filter((row) => !row.includes(slot)) };
  const [permutation] = neighbourSwaps(threads);
  const differences = someStates(program).map((state) =>
    differenceAfter(program, [], broken, permutation ?? [], state),
  );
  assert.ok(differences.some((difference) => difference !== undefined));
});

test("pages are alike beside entries that name no page: markers", () => {
  const run = required(
    libraryRuns().find(({ spec }) => spec.name === "scan-unpopulated"),
    "a scenario with markers",
  );
  const { program } = questionOf(run);
  const pages = required(
    program.symmetries.find(({ name }) => name === "pages"),
    "pages that are alike",
  );
  const states: State[] = [];
  referenceSearch(program, [], { onState: (state) => states.push(state) });
  for (const permutation of neighbourSwaps(pages))
    for (const state of states) assert.equal(differenceAfter(program, [], pages, permutation, state), undefined);
});

function someStates(program: Program): readonly State[] {
  const states: State[] = [];
  let count = 0;
  const enough = new Error("enough");
  try {
    referenceSearch(program, [], {
      onState(state) {
        if (count++ % stride === 0) states.push(state);
        if (states.length === most) throw enough;
      },
    });
  } catch (error) {
    if (error !== enough) throw error;
  }
  return states;
}

import assert from "node:assert/strict";
import { test } from "node:test";
import { questionOf, type Run, runsOf } from "../../scripts/library/runs.ts";
import { paranoidSearch } from "../../src/cli/paranoid-search.ts";
import { eq } from "../../src/ir/expression.ts";
import { peersModel, peersProperties } from "../fixtures/peers-model.ts";

test("a search with symmetries that are right gives its result", async () => {
  const program = peersModel(2, true);
  const found = await paranoidSearch(program, peersProperties, { symmetries: program.symmetries });
  assert.equal(found.violations.length, 1);
  assert.ok(found.states < 9_750);
});

test("a search that makes use of partial order gives its result, and the traces of one that does not", async () => {
  const [run] = runsOf(["specs/migrate-and-zap.json"]) as [Run];
  const { program, properties } = questionOf(run);
  const found = await paranoidSearch(program, properties, { partialOrder: true });
  assert.ok(found.partialOrder);
  const wrong = {
    name: "wrong",
    sentence: "",
    checks: [{ kind: "state", premise: undefined, condition: eq(0, 1) }],
  } as const;
  const violated = await paranoidSearch(program, [...properties, wrong], { partialOrder: true });
  assert.deepEqual([violated.partialOrder, violated.violations.length], [false, 1]);
});

test("symmetries that are wrong are found out by the search without", async () => {
  const program = peersModel(2, true);
  const pcs = new Set(program.actors.map(({ pc }) => program.slotOf.get(pc)));
  // Of a thread everything is exchanged but its place.
  const symmetries = program.symmetries.map((symmetry) => ({
    ...symmetry,
    rows: symmetry.rows.filter((row) => !row.some((slot) => pcs.has(slot))),
  }));
  await assert.rejects(paranoidSearch(program, peersProperties, { symmetries }));
});

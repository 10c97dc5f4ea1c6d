import assert from "node:assert/strict";
import { test } from "node:test";
import { changedFeatures, runsUnder } from "../../src/check/feature-changes.ts";
import { prepare } from "../../src/check/prepare.ts";
import { UserError } from "../../src/diagnostics/user-error.ts";
import { parseEdit } from "../../src/edits/parse-edit.ts";
import { at, required } from "../../src/ir/lookup.ts";
import { buildModel, outlineOperations, recordScenario } from "../../src/model/build-model.ts";
import type { KernelVersion } from "../../src/model/versions/rows.ts";
import { offersFor } from "../../src/playground/engine/procedures/offers.ts";
import type { Subject } from "../../src/playground/engine/procedures/recorded-actors.ts";
import { proceduresOf } from "../../src/playground/engine/procedures.ts";
import type { LineName, OfferedEdit } from "../../src/playground/protocol.ts";
import { loadSpec } from "../../src/spec/load-spec.ts";
import "../fixtures/known-facts.ts";

function subjectOf(scenario: string, kernel: KernelVersion, edits: readonly string[] = []): Subject {
  const spec = loadSpec(`specs/${scenario}.json`);
  const placed = edits.map((text) => ({ edit: required(parseEdit(text).edit, text), path: undefined }));
  const own = at(runsUnder(spec, [kernel]), 0);
  return { spec, kernel, features: changedFeatures(own, { with: [], without: [], edits: placed }) };
}

function linesOf(subject: Subject): readonly LineName[] {
  return proceduresOf(subject, [], { recordScenario, outlineOperations, noticed: {} }).flatMap(({ name, lines }) =>
    lines
      .filter(({ actors, change }) => actors.length > 0 && change?.how !== "dropped")
      .map(({ kind, label }) => ({ procedure: name, kind, label })),
  );
}

/** Builds the model, as a check does. */
function apply({ spec, kernel, features }: Subject, { edit: text }: OfferedEdit): void {
  const { edit } = parseEdit(text);
  if (edit === undefined) return assert.fail(`${text} is no edit`);
  const placed = { edit, path: undefined };
  try {
    const { idleEdits } = prepare({ buildModel }, spec, kernel, {
      ...features,
      edits: [...(features.edits ?? []), placed],
    });
    assert.ok(!idleEdits.includes(placed), `${text} changes nothing`);
  } catch (error) {
    // The edit is made, and then the scenario cannot begin.
    if (error instanceof UserError && error.diagnostics.every(({ code }) => code === "spec/impossible-start")) return;
    throw new Error(`${text} on ${kernel}`, { cause: error });
  }
}

const restore = "remove_device_exclusive_entry";
const everyFew = <T>(all: readonly T[], gap: number): readonly T[] => all.filter((_, number) => number % gap === 0);

for (const [scenario, kernel, edits] of [
  ["soft-dirty-read-fault", "v6.15", []],
  ["exit-ends-lock-wait", "v5.14", []],
  ["soft-dirty-read-fault", "v6.4", [`insert get_page before ${restore}: trylock_page`, `drop ${restore}: folio_put`]],
] as const)
  test(`every edit that is offered in ${scenario} on ${kernel}${edits.length === 0 ? "" : " after other edits"} can be made`, () => {
    const subject = subjectOf(scenario, kernel, edits);
    const offers = everyFew(linesOf(subject), 19).flatMap((line) => offersFor(line, subject, { recordScenario }));

    assert.ok(offers.length > 20, `${offers.length} offers`);
    for (const offer of everyFew(offers, 19)) apply(subject, offer);
  });

test("a step offers to drop it or an effect, to move, split or guard it, and to insert a step beside it", () => {
  const line = { procedure: restore, kind: "step", label: "restore under the PTL" } as const;
  const offers = offersFor(line, subjectOf("fault-race", "v6.4"), { recordScenario });
  const edits = offers.map(({ edit }) => edit);

  assert.deepEqual(
    [...new Set(offers.map(({ kind }) => kind))],
    ["drop-effect", "drop", "move", "insert", "split", "recheck"],
  );
  assert.ok(edits.includes(`drop taking ptl from ${restore}: restore under the PTL`));
  assert.ok(offers.some(({ title, effect }) => title === "Remove only: taking ptl" && effect === "taking ptl"));
  assert.ok(edits.includes(`split ${restore}: restore under the PTL before adding a mapping`));
  assert.ok(edits.includes(`insert pte_same before ${restore}: restore under the PTL`));
  assert.deepEqual(
    offers.find(({ edit }) => edit === `move ${restore}: restore under the PTL after unlock_page`)?.place,
    { side: "after", label: "unlock_page" },
  );
  // Between two lines there is one place, and the step's own place is none.
  assert.ok(!edits.includes(`move ${restore}: restore under the PTL before unlock_page`));
  assert.ok(!edits.includes(`move ${restore}: restore under the PTL before folio_put`));
});

test("without the whole step, a decision that it makes falls through", () => {
  const subject = subjectOf("fault-race", "v6.4");
  const noteOf = (label: string) =>
    offersFor({ procedure: restore, kind: "step", label }, subject, { recordScenario }).find(
      ({ title }) => title === "Remove the whole step",
    )?.note;

  assert.match(noteOf("trylock_page") ?? "", /what follows it runs.* falls through/);
  assert.match(noteOf("unlock_page") ?? "", /what follows it runs\.$/);
});

test("a move that would carry a step past what it depends on is not offered", () => {
  const line = { procedure: restore, kind: "step", label: "folio_try_get" } as const;
  const subject = subjectOf("fault-race", "v6.4");
  const targets = offersFor(line, subject, { recordScenario }).filter(({ kind }) => kind === "move");
  const own = linesOf(subject).filter(({ procedure, kind }) => procedure === restore && kind === "step");

  assert.ok(targets.length < 2 * own.length - 2);
  for (const offer of everyFew(targets, 4)) apply(subject, offer);
});

test("a call offers to drop it, and a line that no actor has offers nothing", () => {
  const subject = subjectOf("fault-race", "v6.4");
  const offered = (line: LineName) => offersFor(line, subject, { recordScenario }).map(({ edit }) => edit);
  const callee = "mmu_notifier_invalidate_range_start";

  assert.deepEqual(offered({ procedure: restore, kind: "call", label: callee }), [
    `drop call ${callee} from ${restore}`,
  ]);
  assert.deepEqual(offered({ procedure: restore, kind: "step", label: "folio_put after a fatal signal" }), []);
});

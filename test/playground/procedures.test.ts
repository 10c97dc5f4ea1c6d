import assert from "node:assert/strict";
import { test } from "node:test";
import { explainProcedure } from "../../src/cli/commands/explain-procedure.ts";
import { parseEdit } from "../../src/edits/parse-edit.ts";
import { required } from "../../src/ir/lookup.ts";
import { outlineOperations, recordScenario } from "../../src/model/build-model.ts";
import { listProcedures } from "../../src/model/procedures.ts";
import type { KernelVersion } from "../../src/model/versions/rows.ts";
import { proceduresOf } from "../../src/playground/engine/procedures.ts";
import type { ProcedureLine, ProcedureView } from "../../src/playground/protocol.ts";
import { loadSpec } from "../../src/spec/load-spec.ts";
import "../fixtures/known-facts.ts";

const faultRace = loadSpec("specs/fault-race.json");
const noticed = {
  "remove_device_exclusive_entry: trylock_page - without taking page_lock": {
    scenario: "somewhere",
    kernel: "v6.15",
    breaks: ["lock-discipline"],
  },
} as const;

function viewsOn(kernel: KernelVersion, edits: readonly string[] = []): readonly ProcedureView[] {
  const placed = edits.map((text) => ({ edit: required(parseEdit(text).edit, text), path: undefined }));
  const features = { with: [], without: [], edits: placed };
  return proceduresOf({ spec: faultRace, kernel, features }, edits, { recordScenario, outlineOperations, noticed });
}

function linesOf(views: readonly ProcedureView[], name: string): readonly ProcedureLine[] {
  return required(
    views.find((view) => view.name === name),
    name,
  ).lines;
}

const restore = "remove_device_exclusive_entry";
const labels = (lines: readonly ProcedureLine[]): readonly string[] => lines.map(({ label }) => label);

for (const kernel of ["v5.14", "v6.4"] as const)
  test(`a procedure has the lines that explain prints for ${kernel}, in its order`, () => {
    const item = required(
      listProcedures(outlineOperations).find(({ name }) => name === restore),
      restore,
    );
    const printed = explainProcedure(item, new Map(), {}, kernel).join(" ").replace(/\s+/g, " ");
    let from = 0;
    for (const { kind, label, note } of linesOf(viewsOn(kernel), restore)) {
      const at = printed.indexOf(kind === "call" ? `calls ${label}` : `${label} - ${note}`, from);
      assert.ok(at >= from, `${label} is not in "${printed.slice(from)}"`);
      from = at;
    }
    assert.equal(
      linesOf(viewsOn(kernel), restore).length,
      item.outline.filter(({ kernels }) => kernels.includes(kernel)).length,
    );
  });

test("procedures stand in the order of the calls, and each call names one of them", () => {
  const views = viewsOn("v6.4");
  const names = views.map(({ name }) => name);

  assert.deepEqual(names.slice(0, 4), [
    "device_atomic",
    "nouveau_atomic_range_fault",
    "make_device_exclusive_range",
    "get_user_pages_remote",
  ]);
  assert.equal(names.at(-1), "program");
  for (const { lines } of views)
    for (const { kind, label, actors } of lines)
      if (kind === "call" && actors.length > 0) assert.ok(names.includes(label), label);
});

test("a line names the actors that have it, and none if only other scenarios do", () => {
  const lines = linesOf(viewsOn("v6.4"), restore);
  const actorsOf = (label: string) => lines.find((line) => line.label === label)?.actors;

  assert.deepEqual(actorsOf("unlock_page"), ["engine", "faulter"]);
  assert.deepEqual(actorsOf("wait_on_page_locked"), ["faulter"]);
  assert.deepEqual(actorsOf("folio_put after a fatal signal"), []);
});

test("an effect says what is known to need it, in the words of explain, and if that is about another kernel", () => {
  const lines = linesOf(viewsOn("v6.4"), restore);
  const neededOn = (kernel: KernelVersion) =>
    linesOf(viewsOn(kernel), restore).find(({ label }) => label === "trylock_page")?.effects;

  assert.deepEqual(neededOn("v6.15"), [
    { name: "taking page_lock", needed: "needed in somewhere on v6.15 (lock-discipline)" },
  ]);
  assert.deepEqual(neededOn("v6.4"), [
    {
      name: "taking page_lock",
      needed: "needed in somewhere on v6.15 (lock-discipline); not recorded for v6.4",
    },
  ]);
  assert.deepEqual(lines.find(({ label }) => label === "unlock_page")?.effects, [
    { name: "dropping page_lock", needed: undefined },
  ]);
});

test("lines show what each chosen edit did to them", () => {
  const edits = [
    `move ${restore}: folio_put before unlock_page`,
    `drop taking ptl from ${restore}: restore under the PTL`,
    `insert  get_page before ${restore}: trylock_page`,
    `drop ${restore}: wait_on_page_locked`,
    `drop call mmu_notifier_invalidate_range_end from ${restore}`,
  ];
  const lines = linesOf(viewsOn("v6.4", edits), restore);
  const changes = lines.flatMap(({ label, change }) => (change === undefined ? [] : [[label, change] as const]));

  assert.deepEqual(changes, [
    ["get_page (inserted)", { how: "inserted", what: "inserted", edit: edits[2], number: 2 }],
    ["wait_on_page_locked", { how: "dropped", what: "removed", edit: edits[3], number: 3 }],
    [
      "before restore under the PTL",
      { how: "inserted", what: "reads for the next step, which is without taking ptl", edit: edits[1], number: 1 },
    ],
    ["restore under the PTL", { how: "changed", what: "without taking ptl", edit: edits[1], number: 1 }],
    ["folio_put", { how: "moved", what: "moved before unlock_page", edit: edits[0], number: 0 }],
    ["mmu_notifier_invalidate_range_end", { how: "dropped", what: "removed", edit: edits[4], number: 4 }],
  ]);
  const order = labels(lines);
  assert.equal(order.indexOf("folio_put") + 1, order.indexOf("unlock_page"));
  assert.equal(order.indexOf("get_page (inserted)") + 1, order.indexOf("trylock_page"));
  assert.equal(order.indexOf("wait_on_page_locked") - 1, order.indexOf("drop mmap_lock"));
});

test("an edit of the scenario's file has no number, because the reader did not choose it", () => {
  const own = { edit: required(parseEdit(`drop ${restore}: unlock_page`).edit, "edit"), path: undefined };
  const subject = { spec: faultRace, kernel: "v6.4", features: { with: [], without: [], edits: [own] } } as const;
  const views = proceduresOf(subject, [], { recordScenario, outlineOperations, noticed: {} });

  assert.deepEqual(linesOf(views, restore).find(({ label }) => label === "unlock_page")?.change, {
    how: "dropped",
    what: "removed",
    edit: `drop ${restore}: unlock_page`,
    number: undefined,
  });
});

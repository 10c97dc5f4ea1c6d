import assert from "node:assert/strict";
import { test } from "node:test";
import { outlineOperations } from "../../src/model/build-model.ts";
import { isStep, listProcedures } from "../../src/model/procedures.ts";

test("a step that only later kernels have is listed at its place in the code", () => {
  const procedure = listProcedures(outlineOperations).find(({ name }) => name === "remove_device_exclusive_entry");
  assert.deepEqual(
    procedure?.steps.map(({ label, kernels }) => [label, kernels.at(0)]),
    [
      ["folio_try_get", "v6.4"],
      ["trylock_page", "v8"],
      ["drop mmap_lock", "v8"],
      ["wait_on_page_locked", "v8"],
      ["folio_put before retry", "v6.4"],
      ["lock_page", "v8"],
      ["folio_put after a fatal signal", "v6.4"],
      ["restore under the PTL", "v8"],
      ["unlock_page", "v8"],
      ["folio_put", "v6.4"],
    ],
  );
});

test("the calls of a procedure stand between its steps, in the order of the code", () => {
  const procedure = listProcedures(outlineOperations).find(({ name }) => name === "remove_device_exclusive_entry");
  const parts = procedure?.outline.map((part) => (isStep(part) ? part.label : `calls ${part.calls}`)) ?? [];
  assert.deepEqual(parts.slice(parts.indexOf("folio_put after a fatal signal")), [
    "folio_put after a fatal signal",
    "calls mmu_notifier_invalidate_range_start",
    "restore under the PTL",
    "unlock_page",
    "folio_put",
    "calls mmu_notifier_invalidate_range_end",
  ]);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { outlineOperations } from "../../src/model/build-model.ts";
import { listProcedures } from "../../src/model/procedures.ts";

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

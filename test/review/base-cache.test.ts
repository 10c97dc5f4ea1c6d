import assert from "node:assert/strict";
import { test } from "node:test";
import { prepare } from "../../src/check/prepare.ts";
import { at } from "../../src/ir/lookup.ts";
import { buildModel } from "../../src/model/build-model.ts";
import { identityOf } from "../../src/review/base-cache.ts";
import { parseSpec } from "../../src/spec/parse-spec.ts";

function identityWith(edits: readonly string[]): string {
  const content = {
    name: "zapped",
    kernels: { "v6.4": "unknown" },
    system: { pages: 2, processes: { app: { vmas: { buf: { pages: 1 } } } }, devices: { gpu: { driver: "nouveau" } } },
    actors: {
      reader: { process: "app", run: [{ load: "buf[0]" }] },
      engine: { process: "app", device: "gpu", run: [{ atomic: "buf[0]" }] },
    },
    edits,
  };
  const spec = parseSpec(JSON.stringify(content), "zapped.json");
  const run = at(spec.kernels, 0);
  return identityOf(prepare({ buildModel }, spec, run.kernel, run));
}

test("edits that undo each other ask the same question as none, and one of them another question", () => {
  const there = "move remove_device_exclusive_entry: folio_put before unlock_page";
  const back = "move remove_device_exclusive_entry: folio_put after unlock_page";
  assert.equal(identityWith([there, back]), identityWith([]));
  assert.notEqual(identityWith([there]), identityWith([]));
});

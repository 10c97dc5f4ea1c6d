import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAgreement } from "../../scripts/library/agreement.ts";
import { prepare } from "../../src/check/prepare.ts";
import { search } from "../../src/checker/search.ts";
import { buildModel } from "../../src/model/build-model.ts";
import { parseSpec } from "../../src/spec/parse-spec.ts";

test("a fork that is never chosen leaves no actor waiting for its process", async () => {
  const text = JSON.stringify({
    name: "untaken-fork",
    kernels: { v8: "holds" },
    system: { pages: 1, processes: { parent: { vmas: { buf: { pages: 1 } } } } },
    actors: {
      maybe: { process: "parent", run: [{ any: [{ fork: "child" }, { load: "buf[0]" }] }] },
      child_thread: { process: "child", run: [{ fork: "grandchild" }, { load: "buf[0]" }] },
      grandchild_thread: { process: "grandchild", run: [{ load: "buf[0]" }] },
    },
    properties: ["no-deadlock"],
    sometimes: [{ name: "the grandchild runs", expr: 'mms.exists(m, m.process == "grandchild" && m.running)' }],
  });
  const spec = parseSpec(text, "untaken-fork.json");
  const run = spec.kernels[0];
  assert.ok(run !== undefined);
  const { program, properties, sometimes } = prepare({ buildModel }, spec, run.kernel, run);
  const checked = [...properties.map(({ property }) => property), ...sometimes];
  const found = await search(program, checked);
  assert.deepEqual([found.complete, found.violations], [true, []]);
  assert.deepEqual(found.tested.at(-1), [true]);
  assertAgreement(found, {
    program,
    properties: checked,
    names: checked.map(({ name }) => name),
    promised: 1,
    symmetries: [],
  });
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { bothViews, type KernelRow, scenarioText } from "../../../kernel-lab/conform/write-scenario.ts";
import { buildModel } from "../../../src/model/build-model.ts";
import { featuresOf } from "../../../src/model/features/catalogue.ts";
import { parseSpec } from "../../../src/spec/parse-spec.ts";
import { programOf } from "./lab.ts";

const kernel: KernelRow = {
  title: "Linux 6.1",
  row: "v6.4",
  changes: { with: ["mremap-clears-uffd-wp"], without: ["zap-expects-anonymous-vma"] },
};
const nearest = [[{ field: "entry kind, app buf[0]", kernel: "none", model: "present" }]];

function written(setup: string, ...lines: readonly string[]) {
  const program = programOf(setup, ...lines);
  const spec = parseSpec(scenarioText("found", program, { at: lines.length - 1, nearest }, kernel), "found");
  // The model accepts it, too.
  buildModel(spec.scenario, featuresOf("v6.4", kernel.changes));
  return spec;
}

test("all steps but the last come first, and the last one runs", () => {
  const { scenario, kernels } = written(
    "anonymous",
    "main store buf[0]",
    "main fork child",
    "child_thread load buf[0]",
  );
  assert.deepEqual(
    scenario.initially.map(({ actor, call }) => `${actor} ${call.operation}`),
    ["main store", "main fork"],
  );
  assert.deepEqual(
    scenario.actors.map(({ name, run }) => [name, run.length]),
    [
      ["main", 0],
      ["child_thread", 1],
    ],
  );
  assert.deepEqual(kernels[0]?.with, ["mremap-clears-uffd-wp"]);
  assert.deepEqual(kernels[0]?.without, ["zap-expects-anonymous-vma"]);
});

test("a step that waits for userspace runs beside the handler that wakes it", () => {
  const { scenario } = written(
    "userfaultfd",
    "main store buf[0]",
    "main uffd_wp buf",
    "main store buf[0]",
    "main load buf[1]",
  );
  assert.equal(scenario.initially.length, 2);
  assert.deepEqual(
    scenario.actors.map(({ name, run }) => [name, run.length]),
    [
      ["main", 2],
      ["handler", 1],
    ],
  );
});

test("both views stand side by side", () => {
  const text = bothViews("found", programOf("anonymous", "main load buf[0]"), { at: 0, nearest }, kernel);
  assert.match(text, /1\. main: load buf\[0\]/);
  assert.match(text, /\| field \| Linux 6\.1 \| model \|\n.*\n\| entry kind, app buf\[0\] \| none \| present \|/);
});

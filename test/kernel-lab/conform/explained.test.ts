import assert from "node:assert/strict";
import { test } from "node:test";
import { comparer } from "../../../kernel-lab/conform/compare.ts";
import { explained, explanationOf } from "../../../kernel-lab/conform/explained.ts";
import type { Kernel } from "../../../kernel-lab/conform/kernel.ts";
import { standInKernel } from "../../../kernel-lab/conform/stand-in-kernel.ts";
import { at } from "../../../src/ir/lookup.ts";
import { abstractions } from "../../../src/model/abstractions.ts";
import { modelOf, programOf } from "./lab.ts";

test("each reason is documented where it says", () => {
  for (const { topic } of explained)
    assert.ok(
      abstractions.some((abstraction) => abstraction.topic === topic),
      topic,
    );
});

/** The model, but every page is dirty. */
function dirtyKernel(): Kernel {
  const right = standInKernel(new Map([["device-memory", modelOf("device-memory")]]), () => 0);
  return async (programs) =>
    (await right(programs)).map((run) => ({
      ...run,
      observations: run.observations.map((one) => ({
        ...one,
        pages: Object.fromEntries(
          Object.entries(one.pages).map(([number, page]) => [number, { ...page, dirty: true }]),
        ),
      })),
    }));
}

test("a difference that is explained is counted, and the rest is compared", async () => {
  const compare = comparer(modelOf("device-memory"), explanationOf);
  const moved = programOf("device-memory", "engine migrate_to_device buf[0]", "main load buf[0]");
  const stored = programOf("device-memory", "main store buf[0]");
  const runs = await dirtyKernel()([moved, stored]);
  const known = compare(moved, at(runs, 0));
  assert.equal(known.disagreement, undefined);
  assert.equal(known.explained.length, 1);
  // Without a move the same difference has no such reason.
  const unknown = compare(stored, at(runs, 1));
  assert.equal(unknown.disagreement?.at, 0);
  assert.deepEqual(unknown.explained, []);
});

test("a folio may lose its mark as locked only if two processes have locked it", () => {
  const lost = { field: "page mlocked, page 1", kernel: false, model: true };
  const locked = ["main store buf[0]", "main mlock buf", "main fork child"];
  const reasonFor = (setup: string, ...steps: readonly string[]) =>
    explanationOf(lost, programOf(setup, ...locked, ...steps, "engine atomic buf[0]"));
  assert.notEqual(reasonFor("huge-locked", "child_thread mlock buf"), undefined);
  assert.equal(reasonFor("huge-locked"), undefined);
  assert.equal(reasonFor("locked", "child_thread mlock buf"), undefined);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { comparer } from "../../../kernel-lab/conform/compare.ts";
import { explained, explanationOf } from "../../../kernel-lab/conform/explained.ts";
import type { Kernel } from "../../../kernel-lab/conform/kernel.ts";
import { standInKernel } from "../../../kernel-lab/conform/stand-in-kernel.ts";
import type { SwapKind } from "../../../kernel-lab/guest/words.ts";
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

/** The model, but no page is dirty. */
function cleanKernel(): Kernel {
  const right = standInKernel(new Map([["anonymous", modelOf("anonymous")]]), () => 0);
  return async (programs) =>
    (await right(programs)).map((run) => ({
      ...run,
      observations: run.observations.map((one) => ({
        ...one,
        pages: Object.fromEntries(
          Object.entries(one.pages).map(([number, page]) => [number, { ...page, dirty: false }]),
        ),
      })),
    }));
}

test("a difference that is explained is counted, and the rest is compared", async () => {
  const compareOn = (swap: SwapKind) =>
    comparer(modelOf("anonymous"), (difference, steps) => explanationOf(difference, steps, swap));
  const compare = compareOn("zram");
  const swapped = programOf("anonymous", "main store buf[0]", "main reclaim buf[0]", "main store buf[0]");
  const atomic = programOf("anonymous", "engine atomic buf[0]");
  const runs = await cleanKernel()([swapped, atomic]);
  const known = compare(swapped, at(runs, 0));
  assert.equal(known.disagreement, undefined);
  assert.equal(known.explained.length, 1);
  // Without swap the same difference has no such reason.
  const unknown = compare(atomic, at(runs, 1));
  assert.equal(unknown.disagreement?.at, 0);
  assert.deepEqual(unknown.explained, []);
  // A loop device is read through the swap cache.
  assert.equal(compareOn("loop")(swapped, at(runs, 0)).disagreement?.at, 2);
});

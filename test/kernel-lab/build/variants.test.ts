import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { changesOf, type TreeName, trees } from "../../../kernel-lab/build/trees.ts";
import { changesOfVariant, variants } from "../../../kernel-lab/build/variants.ts";
import { featuresOf } from "../../../src/model/features/catalogue.ts";

const text = (scenario: string) => readFileSync(new URL(`../../../specs/${scenario}.json`, import.meta.url), "utf8");

for (const variant of variants) {
  test(`the scenario that foretells ${variant.name} expects the violation of its property`, () => {
    const { scenario, property } = variant.foretold;
    const { kernels } = JSON.parse(text(scenario)) as { kernels: Record<string, { violates?: readonly string[] }> };
    assert.ok(Object.values(kernels).some(({ violates = [] }) => violates.includes(property)));
  });

  for (const tree of Object.keys(variant.edits) as TreeName[])
    test(`${variant.name} changes what the model says of ${tree}`, () => {
      const own = featuresOf(trees[tree].row, changesOf(trees[tree]));
      const changed = featuresOf(trees[tree].row, changesOfVariant(trees[tree], variant));
      const added = [...changed].filter((feature) => !own.has(feature));
      const removed = [...own].filter((feature) => !changed.has(feature));
      assert.deepEqual(added, variant.with ?? []);
      assert.deepEqual(removed, variant.without ?? []);
      assert.ok(added.length + removed.length > 0);
    });
}

import assert from "node:assert/strict";
import { test } from "node:test";
import { changesOf, type TreeName, trees } from "../../../kernel-lab/build/trees.ts";
import { changesOfVariant, type Variant, variants } from "../../../kernel-lab/build/variants.ts";
import { questionOf } from "../../../scripts/library/runs.ts";
import { search } from "../../../src/checker/search.ts";
import { type FeatureName, featuresOf } from "../../../src/model/features/catalogue.ts";
import { loadSpec } from "../../../src/spec/load-spec.ts";

interface Changes {
  readonly with: readonly FeatureName[];
  readonly without: readonly FeatureName[];
}

/** Whether the property that foretells the variant is violated on a tree with these features. */
async function isViolated({ foretold }: Variant, tree: TreeName, changes: Changes): Promise<boolean> {
  const spec = loadSpec(`specs/${foretold.scenario}.json`);
  const run = { kernel: trees[tree].row, ...changes, expected: undefined, counts: {} };
  const { program, properties, names, promised } = questionOf({ spec, run });
  const asked = properties.filter((_, position) => position < promised && names[position] === foretold.property);
  assert.equal(asked.length, 1, `${foretold.scenario} asks for ${foretold.property}`);
  const { violations, complete } = await search(program, asked, { workers: 1, soloStates: Number.MAX_VALUE });
  assert.ok(complete || violations.length > 0);
  return violations.length > 0;
}

for (const variant of variants)
  for (const tree of Object.keys(variant.edits) as TreeName[]) {
    const own = changesOf(trees[tree]);
    const changed = changesOfVariant(trees[tree], variant);

    test(`${variant.name} changes the features that it names, and no others, of ${tree}`, () => {
      const [before, after] = [own, changed].map((changes) => featuresOf(trees[tree].row, changes));
      assert.ok(before !== undefined && after !== undefined);
      const added = [...after].filter((feature) => !before.has(feature));
      const removed = [...before].filter((feature) => !after.has(feature));
      assert.deepEqual(added, variant.with ?? []);
      assert.deepEqual(removed, variant.without ?? []);
      assert.ok(added.length + removed.length > 0);
    });

    test(`the model foretells the violation on ${tree} with ${variant.name}, and none on ${tree} itself`, async () => {
      assert.ok(await isViolated(variant, tree, changed));
      assert.ok(!(await isViolated(variant, tree, own)));
    });
  }

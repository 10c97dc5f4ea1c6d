import assert from "node:assert/strict";
import { test } from "node:test";
import { changesOf, treeNames, trees } from "../../../kernel-lab/build/trees.ts";
import { featuresOf } from "../../../src/model/features/catalogue.ts";

for (const name of treeNames) {
  const tree = trees[name];
  const row = featuresOf(tree.row, { with: [], without: [] });

  test(`every difference of Debian's ${name} from its row changes the row`, () => {
    for (const { feature } of tree.with) assert.ok(!row.has(feature), `${tree.row} has ${feature} already`);
    for (const { feature } of tree.without) assert.ok(row.has(feature), `${tree.row} has no ${feature}`);
  });

  test(`Debian's ${name} has the features of its row with the differences applied`, () => {
    const own = featuresOf(tree.row, changesOf(tree));
    assert.equal(own.size, row.size + tree.with.length - tree.without.length);
  });

  test(`Debian's ${name} is the release that its name says`, () => {
    assert.ok(tree.release.startsWith(`${name}.`));
  });
}

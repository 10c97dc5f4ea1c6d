import assert from "node:assert/strict";
import { test } from "node:test";
import { changesOf, treeNames, trees } from "../../../kernel-lab/build/trees.ts";
import { featuresOf } from "../../../src/model/features/catalogue.ts";
import { rowFor } from "../../../src/model/releases.ts";

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

  test(`the command line says of the release of Debian's ${name} what the table of trees says`, () => {
    const found = rowFor(tree.release);
    assert.equal(found?.row, tree.row);
    const [, options = ""] = /: add (.*)$/.exec(found?.row === undefined ? "" : (found.note ?? "")) ?? [];
    const said = [...options.matchAll(/--(?:with|without) \S+/g)].map(([option]) => option);
    const read = [
      ...tree.with.map(({ feature }) => `--with ${feature}`),
      ...tree.without.map(({ feature }) => `--without ${feature}`),
    ];
    assert.deepEqual(said.sort(), read.sort());
  });

  test(`Debian's ${name} is the release that its name says`, () => {
    assert.ok(tree.release.startsWith(`${name}.`));
  });
}

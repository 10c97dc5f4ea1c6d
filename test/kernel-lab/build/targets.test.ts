import assert from "node:assert/strict";
import { test } from "node:test";
import { targetsOf } from "../../../kernel-lab/build/targets.ts";
import { treeNames } from "../../../kernel-lab/build/trees.ts";
import { variants } from "../../../kernel-lab/build/variants.ts";

const named = (words: readonly string[]) =>
  targetsOf(words).map(({ tree, variants: chosen }) => [tree, ...chosen.map(({ name }) => name)]);

test("without arguments all kernels and all their variants are built", () => {
  const all = targetsOf([]);
  assert.deepEqual(
    all.map(({ tree }) => tree),
    treeNames,
  );
  for (const { tree, variants: chosen } of all)
    assert.deepEqual(
      chosen,
      variants.filter(({ edits }) => edits[tree] !== undefined),
    );
});

test("a kernel alone is built without variants", () => {
  assert.deepEqual(named(["6.12"]), [["6.12"]]);
});

test("a variant alone is built of every kernel that has it", () => {
  assert.deepEqual(named(["no-fault-reference"]), [
    ["6.1", "no-fault-reference"],
    ["6.12", "no-fault-reference"],
  ]);
  assert.deepEqual(named(["no-uprobe-recheck"]), [["6.12", "no-uprobe-recheck"]]);
});

test("a variant beside a kernel is built of this kernel", () => {
  assert.deepEqual(named(["no-fault-reference", "6.1"]), [["6.1", "no-fault-reference"]]);
});

test("a word that is neither a kernel nor a variant is refused with what was meant", () => {
  assert.throws(
    () => targetsOf(["no-fault-refrence"]),
    /no kernel and no variant .*\n.*did you mean "no-fault-reference"/,
  );
});

test("a variant that a named kernel lacks is refused", () => {
  assert.throws(() => targetsOf(["6.1", "no-uprobe-recheck"]), /6\.1 has no variant no-uprobe-recheck/);
});

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fragmentFor, mismatches, writeFragment } from "../../../kernel-lab/build/config.ts";
import { treeNames } from "../../../kernel-lab/build/trees.ts";

const fragment = `# Why these.
CONFIG_SMP=y
CONFIG_TEST_HMM=m
CONFIG_AIO=n

# only 6.12
CONFIG_NEW=y

CONFIG_NR_CPUS=4
`;

const names = (tree: "6.1" | "6.12") => fragmentFor(fragment, tree).map(({ name }) => name);

test("an option for one kernel only is left out for the others", () => {
  assert.deepEqual(names("6.1"), ["CONFIG_SMP", "CONFIG_TEST_HMM", "CONFIG_AIO", "CONFIG_NR_CPUS"]);
  assert.deepEqual(names("6.12"), ["CONFIG_SMP", "CONFIG_TEST_HMM", "CONFIG_AIO", "CONFIG_NEW", "CONFIG_NR_CPUS"]);
});

test("a line that is no option is an error with its number", () => {
  assert.throws(() => fragmentFor("CONFIG_SMP=y\nCONFIG_AIO is not set\n", "6.1"), {
    message: "line 2 of the kernel's options is no option: CONFIG_AIO is not set",
  });
});

test("options that came out as asked are no mismatch", () => {
  const config =
    "CONFIG_SMP=y\nCONFIG_TEST_HMM=m\n# CONFIG_AIO is not set\nCONFIG_NR_CPUS=4\nCONFIG_SMP_MORE=n\nCONFIG_OTHER=y\n";
  assert.deepEqual(mismatches(fragmentFor(fragment, "6.1"), config), []);
});

test("an option that is missing, built in otherwise or on although it was refused is a mismatch", () => {
  const config = "CONFIG_TEST_HMM=y\nCONFIG_AIO=y\nCONFIG_NR_CPUS=4\n";
  assert.deepEqual(mismatches(fragmentFor(fragment, "6.1"), config), [
    { name: "CONFIG_SMP", value: "y", got: "n" },
    { name: "CONFIG_TEST_HMM", value: "m", got: "y" },
    { name: "CONFIG_AIO", value: "n", got: "y" },
  ]);
});

for (const tree of treeNames)
  test(`the options of the laboratory's kernels can be read for ${tree}, and none is asked for twice`, () => {
    const file = readFileSync(new URL("../../../kernel-lab/build/kernel.config", import.meta.url), "utf8");
    const options = fragmentFor(file, tree);
    assert.equal(new Set(options.map(({ name }) => name)).size, options.length);
    assert.deepEqual(mismatches(options, writeFragment(options)), []);
  });

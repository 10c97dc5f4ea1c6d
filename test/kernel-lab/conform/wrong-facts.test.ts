import assert from "node:assert/strict";
import { test } from "node:test";
import { comparer, nameOf } from "../../../kernel-lab/conform/compare.ts";
import type { Kernel } from "../../../kernel-lab/conform/kernel.ts";
import { shrink } from "../../../kernel-lab/conform/shrink.ts";
import { standInKernel } from "../../../kernel-lab/conform/stand-in-kernel.ts";
import { at } from "../../../src/ir/lookup.ts";
import { tries } from "../../fixtures/nightly.ts";
import { firstDisagreement, lineOf, modelOf } from "./lab.ts";

const first = () => 0;
const last = (below: number) => below - 1;

for (const name of ["userfaultfd", "file", "pins"])
  test(`a kernel that is the model agrees with it, whichever way it takes: ${name}`, async () => {
    const model = modelOf(name);
    for (const choose of [first, last])
      assert.equal(
        await firstDisagreement(model, standInKernel(new Map([[name, model]]), choose), tries(5, 10)),
        undefined,
      );
  });

/** Finds the wrong fact, and the shortest program that shows it. */
async function find(setup: string, kernel: Kernel) {
  const model = modelOf(setup);
  const found = await firstDisagreement(model, kernel, 1000);
  assert.ok(found !== undefined, "1,000 programs have not shown it");
  const compare = comparer(model);
  const shortest = await shrink(found.program, async (candidates) => {
    const observed = await kernel(candidates);
    return candidates.map((candidate, index) => {
      const { disagreement } = compare(candidate, at(observed, index));
      return disagreement !== undefined && nameOf(candidate, disagreement) === found.name;
    });
  });
  return { name: found.name, lines: shortest.steps.map(lineOf) };
}

test("a bit that the kernel does not keep is found, and shrunk to what shows it", async () => {
  const kernel = standInKernel(new Map([["anonymous", modelOf("anonymous", ["mremap-marks-soft-dirty"])]]), first);
  const { name, lines } = await find("anonymous", kernel);
  assert.equal(name, "mremap: entry softDirty false, not true");
  // Without clear_refs all of the VMA counts as soft-dirty.
  assert.ok(lines.includes("main clear_refs app"), lines.join(", "));
  assert.equal(lines.length, 3);
  assert.equal(lines[2], "main mremap buf -> spare");
});

test("a count that the kernel does not drop is found, and shrunk to what shows it", async () => {
  const kernel = standInKernel(new Map([["anonymous", modelOf("anonymous", ["zap-updates-rss"])]]), first);
  const { name, lines } = await find("anonymous", kernel);
  assert.match(name, /: rssAnon$/);
  assert.match(lines.join(", "), /^engine2? atomic .*, main (madvise_dontneed|munmap) /);
  assert.equal(lines.length, 2);
});

test("another errno is found, and shrunk to what shows it", async () => {
  const right = standInKernel(new Map([["locked", modelOf("locked")]]), first);
  const kernel: Kernel = async (programs) =>
    (await right(programs)).map((run) => ({
      ...run,
      observations: run.observations.map((one) =>
        one.ending.kind === "error" && one.ending.errno === "EINVAL"
          ? { ...one, ending: { kind: "error", errno: "EAGAIN" } }
          : one,
      ),
    }));
  const { name, lines } = await find("locked", kernel);
  assert.match(name, /^madvise_(dontneed|free): ending EAGAIN, not EINVAL$/);
  assert.equal(lines.length, 2);
  assert.equal(lines[0], "main mlock buf");
});

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { builtKernel } from "../../../kernel-lab/build/folders.ts";
import { raceKernel } from "../../../kernel-lab/race/race-kernel.ts";
import { UserError } from "../../../src/diagnostics/user-error.ts";

const dir = mkdtempSync(join(tmpdir(), "kernels-"));
after(() => rmSync(dir, { recursive: true }));

/** Files that stand for a built kernel. */
function build(...which: [Parameters<typeof builtKernel>[1], string?]): void {
  const { image, vmlinux, testHmm } = builtKernel(dir, ...which);
  for (const file of [image, vmlinux, testHmm]) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, "");
  }
}

build("6.12");
build("6.12", "no-fault-reference");
build("6.1", "no-fault-reference");

test("a kernel is a tree, a variant of the newest tree that has it, or a variant of a named tree", () => {
  const name = (word: string) => raceKernel(word, dir).name;
  assert.equal(name("6.12"), "6.12");
  assert.equal(name("no-fault-reference"), "6.12-no-fault-reference");
  assert.equal(name("6.1-no-fault-reference"), "6.1-no-fault-reference");
});

test("a variant is in the model the tree with the variant's features", () => {
  const tree = raceKernel("6.12", dir).inModel;
  const variant = raceKernel("no-fault-reference", dir).inModel;
  assert.deepEqual(variant?.without, [...(tree?.without ?? []), "fault-takes-page-reference"]);
  assert.deepEqual(variant?.with, tree?.with);
});

test("a folder can hold any kernel, so that it is not known what it is in the model", () => {
  const { tree } = builtKernel(dir, "6.12");
  assert.equal(raceKernel(tree, dir).inModel, undefined);
});

test("an unknown name gets a proposal, and a kernel that is not built the command that builds it", () => {
  assert.throws(() => raceKernel("no-fault-referense", dir), isUserError(/did you mean "no-fault-reference"/));
  assert.throws(
    () => raceKernel("6.1", dir),
    isUserError(/there is no .*linux-source-6\.1\/.*kernel-lab -- build 6\.1/s),
  );
});

const isUserError = (message: RegExp) => (error: unknown) => error instanceof UserError && message.test(error.message);

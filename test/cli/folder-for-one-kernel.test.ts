import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { runCli } from "../fixtures/run-cli.ts";

const twoLocks = readFileSync("test/fixtures/specs/stand-in/two-locks.json", "utf8");
const folder = mkdtempSync(join(tmpdir(), "exclusive-check-"));
after(() => rmSync(folder, { recursive: true }));

/** Two files that name v8 and v5.14, and one that names v5.14 only. */
for (const name of ["first", "second"]) write(name, twoLocks);
const { v8: _, ...older } = JSON.parse(twoLocks).kernels;
write("third", JSON.stringify({ ...JSON.parse(twoLocks), kernels: older }));

function write(name: string, text: string): void {
  writeFileSync(join(folder, `${name}.json`), text.replace('"two-locks"', `"${name}"`));
}

async function checked(...words: readonly string[]) {
  const { code, stdout, stderr } = await runCli([...words, "--quiet", "--out", join(folder, "out")]);
  const names = [...stdout.matchAll(/^(\w+ on v[\d.]+): /gm)].map(([, name]) => name);
  return { code, names, stderr };
}

test("a folder stands for its files that name the kernel, and the others are counted", async () => {
  assert.deepEqual(await checked(folder, "--kernel", "v8"), {
    code: 0,
    names: ["first on v8", "second on v8"],
    stderr: "note: skipped 1 of 3 files: it does not name v8 (--all-files checks them too)\n",
  });
});

test("each file is checked under those of several kernels that it names", async () => {
  const { names, stderr } = await checked(folder, "--kernel", "v8", "--kernel", "v5.14");
  assert.deepEqual(names, ["first on v8", "first on v5.14", "second on v8", "second on v5.14", "third on v5.14"]);
  assert.match(stderr, /^note: skipped 1 of 3 files: it does not name v8 .*\n$/);
});

test("--all-files checks files that do not name the kernel", async () => {
  const { names, stderr } = await checked(folder, "--kernel", "v8", "--all-files");
  assert.deepEqual([names, stderr], [["first on v8", "second on v8", "third on v8"], ""]);
});

test("a file that the command line names is checked although it does not name the kernel", async () => {
  const { names, stderr } = await checked(join(folder, "third.json"), "--kernel", "v8");
  assert.deepEqual([names, stderr], [["third on v8"], ""]);
});

test("a folder with no file that names the kernel is an error", async () => {
  const { code, names, stderr } = await checked(folder, "--kernel", "v6.15");
  assert.deepEqual([code, names], [2, []]);
  assert.match(stderr, /none of the files names v6\.15\n.*--all-files/);
});

import assert from "node:assert/strict";
import { symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { readInput } from "../../src/files/input-file.ts";
import { makeStrangeFiles, type StrangeFiles } from "../fixtures/strange-files.ts";

let strange: StrangeFiles;
before(async () => {
  strange = await makeStrangeFiles();
});
after(() => strange.remove());

test("a regular file is read whole up to the size limit, through a link too", () => {
  const file = join(strange.folder, "file");
  writeFileSync(file, "x".repeat(3 * 2 ** 20));
  symlinkSync("file", join(strange.folder, "link"));
  assert.equal(readInput(join(strange.folder, "link"), 3 * 2 ** 20).length, 3 * 2 ** 20);
  truncateSync(file, 3 * 2 ** 20 + 1);
  assert.throws(() => readInput(file, 3 * 2 ** 20), /^UnusableFile: it is larger than 3 MiB$/);
});

test("a file without an end, or one that blocks, is refused without opening it", () => {
  for (const [file, message] of [
    ["/dev/zero", "it is a device; expected a regular file"],
    [strange.fifo, "it is a FIFO; expected a regular file"],
    [strange.socket, "it is a socket; expected a regular file"],
    [strange.directory, "it is a directory; expected a regular file"],
  ] as const)
    assert.throws(() => readInput(file, 2 ** 20), { name: "UnusableFile", message });
});

test("a regular file that claims to be empty but has content is read up to the limit", {
  skip: process.platform === "linux" ? false : "only Linux has such files",
}, () => {
  assert.throws(() => readInput("/proc/kallsyms", 1000), /^UnusableFile: it is larger than /);
});

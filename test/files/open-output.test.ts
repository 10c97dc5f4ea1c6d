import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { writeNewFile } from "../../src/files/new-file.ts";
import { openOutput } from "../../src/files/open-output.ts";
import { smallDisk } from "../fixtures/small-disk.mjs";
import { makeStrangeFiles, type StrangeFiles } from "../fixtures/strange-files.ts";

const note = { what: "a note", begins: /^note: / };
const diskBytes = 2 ** 16;
let strange: StrangeFiles;
const disk = smallDisk(diskBytes);
before(async () => {
  strange = await makeStrangeFiles();
});
after(() => {
  strange.remove();
  disk.remove();
});

test("a text replaces the old file only when complete, with its permissions, and links stay links", () => {
  const [file, link] = [join(strange.folder, "text"), join(strange.folder, "link")];
  writeFileSync(file, "note: old");
  chmodSync(file, 0o640);
  symlinkSync("text", link);
  const output = openOutput(link, note);
  output.write("note: ");
  output.write("new");
  assert.equal(readFileSync(file, "utf8"), "note: old");
  output.end();
  assert.equal(readFileSync(file, "utf8"), "note: new");
  assert.deepEqual([statSync(file).mode & 0o777, lstatSync(link).isSymbolicLink()], [0o640, true]);
  assert.equal(readlinkSync(link), "text");
});

test("an old text that could be mistaken for the new one is removed first", () => {
  const file = join(strange.folder, "stale");
  writeFileSync(file, "note: old");
  chmodSync(file, 0o600);
  const output = openOutput(file, note, { removesOld: true });
  assert.equal(existsSync(file), false);
  output.end();
  assert.deepEqual([readFileSync(file, "utf8"), statSync(file).mode & 0o777], ["", 0o600]);
});

test("a file that appeared after the path was tried is not overwritten", () => {
  const file = join(strange.folder, "changing");
  const output = openOutput(file, note);
  output.write("note: mine");
  writeFileSync(file, "somebody else's");
  assert.throws(() => output.end(), /it exists and is not a note/);
  assert.equal(readFileSync(file, "utf8"), "somebody else's");
});

test("a FIFO gets the text if a process reads it, and otherwise is an error at once", { timeout: 20_000 }, async () => {
  assert.throws(() => openOutput(strange.fifo, note), { code: "ENXIO" });
  const reader = spawn("cat", [strange.fifo], { stdio: ["ignore", "pipe", "inherit"] });
  const read = text(reader.stdout);
  const output = await untilRead(() => openOutput(strange.fifo, note));
  // More than a pipe holds.
  const long = "x".repeat(100_000);
  output.write(long);
  output.end();
  await once(reader, "close");
  assert.equal(await read, long);
});

async function untilRead<T>(open: () => T): Promise<T> {
  for (;;) {
    try {
      return open();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENXIO") throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

test("after a full disk only the old file is left", () => {
  const file = join(disk.folder, "report");
  writeFileSync(file, "note: old");
  const output = openOutput(file, note);
  output.write(`note: ${"x".repeat(diskBytes)}`);
  assert.throws(() => output.end(), { code: "ENOSPC" });
  assert.deepEqual([readFileSync(file, "utf8"), readdirSync(disk.folder)], ["note: old", ["report"]]);
  rmSync(file);
});

test("after a full disk a growing file holds only whole texts", () => {
  const file = join(disk.folder, "lines");
  const output = openOutput(file, note, { asItComes: true });
  output.write("note: first\n");
  assert.equal(readFileSync(file, "utf8"), "note: first\n");
  assert.throws(() => output.write(`${"x".repeat(diskBytes)}\n`), { code: "ENOSPC" });
  output.write("note: last\n");
  output.end();
  assert.equal(readFileSync(file, "utf8"), "note: first\nnote: last\n");
  rmSync(file);
});

test("a new file never replaces another, and after a full disk none is left", () => {
  const file = join(strange.folder, "new");
  writeNewFile(file, "one");
  assert.throws(() => writeNewFile(file, "two"), { code: "EEXIST" });
  assert.equal(readFileSync(file, "utf8"), "one");
  assert.throws(() => writeNewFile(join(disk.folder, "new"), "x".repeat(diskBytes + 1)), { code: "ENOSPC" });
  assert.deepEqual(readdirSync(disk.folder), []);
});

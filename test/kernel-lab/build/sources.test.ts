import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { checkSum, sumOf } from "../../../kernel-lab/build/sources.ts";

const known = "585a4a074597aefa2b1a68ada83a3184ba351c127544dea80618bbcceaa3961f";
const version = "6.12.117-1~deb12u1";
const neverWarn = (text: string) => assert.fail(text);

test("an archive with the recorded sum is accepted without a word", () => {
  checkSum("6.12", version, known, neverWarn);
});

test("an archive with another sum than its version's is refused", () => {
  assert.throws(() => checkSum("6.12", version, "0".repeat(64), neverWarn), {
    name: "LabError",
    message: /its SHA-256 is 0+, not 585a4a07/,
  });
});

test("a version that was not read is a warning with both versions", () => {
  const warnings: string[] = [];
  checkSum("6.12", "6.12.200-1", "0".repeat(64), (text) => warnings.push(text));
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] ?? "", /6\.12\.200-1 is not a version that was read \(6\.12\.117-1~deb12u1\)/);
});

test("the sum of a file is its SHA-256", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "sum-")), "file");
  writeFileSync(file, "abc");
  assert.equal(await sumOf(file), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});

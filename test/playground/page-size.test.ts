import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

const page = readFileSync("dist/playground/playground.html");

// A test, and not a part of the build: how well gzip compresses depends on the library that Node was built with, and
// a few bytes are no reason to refuse an installation.
test("the page has at most 1000 kB, and 350 kB with gzip", () => {
  assert.ok(page.length <= 1_000_000, `${page.length} bytes`);
  const compressed = gzipSync(page, { level: 9 }).length;
  assert.ok(compressed <= 350_000, `${compressed} bytes with gzip`);
});

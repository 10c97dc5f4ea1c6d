import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { test } from "node:test";

const sections = readFileSync("docs/extending.md", "utf8")
  .split(/^## /m)
  .slice(1)
  .map((text) => ({
    title: text.split("\n")[0] ?? "",
    files: [...text.matchAll(/^\d+\. `([^`]+)`:/gm)].map(([, file = ""]) => file),
    steps: [...text.matchAll(/^\d+\. /gm)].length,
  }));

test("each checklist has at most five steps, and each step names the file to touch", () => {
  assert.equal(sections.length, 5);
  for (const { title, files, steps } of sections) {
    assert.ok(steps > 2 && steps <= 5, title);
    assert.equal(files.length, steps, title);
    // A new file is named NAME, and its folder exists.
    for (const file of files) assert.ok(existsSync(file.includes("NAME") ? dirname(file) : file), file);
  }
});

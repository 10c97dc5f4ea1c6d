import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { primitiveNames } from "../../src/model/primitives.ts";

const page = readFileSync("docs/your-patch.md", "utf8");

test("docs/your-patch.md names every primitive that an edit can insert", () => {
  for (const name of primitiveNames) assert.ok(page.includes(`\`${name}\``), name);
});

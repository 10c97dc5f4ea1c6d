/** docs/known-bugs.md says of each scenario what its file expects. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { kernelVersions } from "../../src/model/versions/rows.ts";

interface Spec {
  readonly kernels: Readonly<Record<string, string | { readonly violates?: readonly string[] } | null>>;
}

const read = (name: string) => JSON.parse(readFileSync(`specs/${name}.json`, "utf8")) as Spec;

const rows = readFileSync("docs/known-bugs.md", "utf8")
  .split("\n")
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .filter((cells) => cells.length === 9 && cells[3]?.startsWith("`"))
  .map((cells) => ({ name: cells[3]?.replaceAll("`", "") ?? "", verdicts: cells.slice(4, 8) }));

function verdictOf({ kernels }: Spec, version: string): string {
  const expected = kernels[version];
  if (expected === undefined) return "-";
  return typeof expected === "object" && expected?.violates !== undefined ? "violated" : "holds";
}

test("every scenario that the list of known bugs names is there, and expects the verdicts that it gives", () => {
  assert.ok(rows.length > 0);
  for (const { name, verdicts } of rows) {
    assert.ok(existsSync(`specs/${name}.json`), name);
    const spec = read(name);
    const expected = kernelVersions.map((version) => verdictOf(spec, version));
    assert.deepEqual(verdicts, expected, name);
  }
});

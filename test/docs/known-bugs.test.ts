/** docs/known-bugs.md says about each scenario what its file expects. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { isKernelKey, kernelsIn } from "../../src/model/versions/ranges.ts";
import { loadSpec } from "../../src/spec/load-spec.ts";

interface Row {
  readonly name: string;
  readonly violated: string;
  readonly holds: string;
  readonly realKernel: string;
}

const rows = readFileSync("docs/known-bugs.md", "utf8")
  .split("\n")
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .filter((cells) => cells.length === 8 && cells[3]?.startsWith("`"))
  .map(
    ([, , , name = "", violated = "", holds = "", realKernel = ""]): Row => ({
      name: name.replaceAll("`", ""),
      violated,
      holds,
      realKernel,
    }),
  );

/** The versions that a cell names, singly or by ranges. */
function kernelsOf(cell: string): readonly string[] {
  return cell.split(", ").flatMap((key) => {
    assert.ok(key === "" || isKernelKey(key), `${key} is neither a version nor a range`);
    return key === "" ? [] : kernelsIn(key);
  });
}

test("every scenario that the list of known bugs names exists, and expects the verdicts in the list", () => {
  assert.ok(rows.length > 0);
  for (const { name, violated, holds } of rows) {
    const { kernels } = loadSpec(`specs/${name}.json`);
    const expecting = (verdict: string) =>
      kernels.filter(({ expected }) => expected?.verdict === verdict).map(({ kernel }) => kernel);
    assert.deepEqual(kernelsOf(violated), expecting("violates"), name);
    assert.deepEqual(kernelsOf(holds), expecting("holds"), name);
  }
});

test("the list of known bugs has one row for each scenario that it names", () => {
  const names = rows.map(({ name }) => name);
  assert.deepEqual(
    names.filter((name, position) => names.indexOf(name) !== position),
    [],
  );
});

test("the scenarios that a real kernel reproduced are those that real-kernel.md lists as forced", () => {
  const forced =
    readFileSync("docs/real-kernel.md", "utf8").match(/## Forced counterexamples\n.*?(?=\n## )/s)?.[0] ?? "";
  const listed = rows.filter(({ name }) => forced.includes(`| \`${name}\``)).map(({ name }) => name);

  assert.ok(listed.length > 0);
  assert.deepEqual(
    rows.filter(({ realKernel }) => realKernel !== "").map(({ name }) => name),
    listed,
  );
});

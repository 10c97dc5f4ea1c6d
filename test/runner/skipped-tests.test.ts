import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

/** Runs a file in which three tests are skipped. */
function run(ci: string | undefined, ...options: readonly string[]): { readonly code: number | null; said: string } {
  const { CI: _ci, NODE_TEST_CONTEXT: _context, ...env } = process.env;
  const args = ["--test", "--test-reporter=./scripts/skipped-tests.mjs", ...options, "test/fixtures/some-skipped.mjs"];
  const { status, stdout } = spawnSync(process.execPath, args, {
    cwd: fileURLToPath(new URL("../../", import.meta.url)),
    env: ci === undefined ? env : { ...env, CI: ci },
    encoding: "utf8",
  });
  return { code: status, said: stdout.trim() };
}

test("a run says how many tests it skipped, and why", () => {
  assert.deepEqual(run(undefined), {
    code: 0,
    said: "Skipped:\n  2 tests: the tool is not installed\n  1 test: there is no disk",
  });
});

test("a run with CI set fails if it skipped a test, and names each", () => {
  const { code, said } = run("true");
  assert.equal(code, 1);
  assert.match(said, /^Failed: tests were skipped, and CI is set\.$/m);
  for (const name of ["needs a tool", "needs a disk", "needs the tool, too"])
    assert.ok(said.split("\n").includes(`    test/fixtures/some-skipped.mjs: ${name}`), said);
});

test("tests that a pattern leaves out do not count as skipped", () => {
  assert.deepEqual(run("true", "--test-name-pattern=runs"), { code: 0, said: "" });
});

/** A mistake in the model's source is reported as one, with its place. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { runCommandLine } from "../../src/cli/command-line.ts";
import type { Procedure } from "../../src/ir/recorder.ts";
import * as broken from "../fixtures/edited/src/model/broken.ts";
import { standInModels } from "../fixtures/stand-in-models.ts";

const folder = mkdtempSync(join(tmpdir(), "exclusive-check-"));
after(() => rmSync(folder, { recursive: true }));

const source = "test/fixtures/edited/src/model/broken.ts";
const lines = readFileSync(
  fileURLToPath(new URL("../fixtures/edited/src/model/broken.ts", import.meta.url)),
  "utf8",
).split("\n");

async function told(buildModel: () => never): Promise<{ readonly code: number; readonly stderr: string }> {
  let stderr = "";
  const write = (text: string) => {
    stderr += text;
  };
  const args = ["test/fixtures/specs/stand-in/two-locks.json", "--kernel", "v8", "--out", folder];
  const loadModel = async () => ({ ...standInModels, buildModel });
  const code = await runCommandLine(args, { stdout: { write: () => {} }, stderr: { write }, env: {}, loadModel });
  return { code, stderr };
}

const mistakes: readonly (readonly [Procedure<undefined>, at: string, message: RegExp])[] = [
  [broken.outsideStep, "k.await(true)", /actor one, outside_step: await stands outside any step/],
  [broken.badField, "k.set(", /actor one, bad_field, step "set": bad_field\.flag takes 0\.\.1, not 2/],
  [broken.notThere, ".undo()", /undo is not a function/],
];

for (const [main, at, message] of mistakes) {
  test(`a mistake in ${main.name} is reported with its line`, async () => {
    const { code, stderr } = await told(() => broken.build(main));
    const line = lines.findIndex((text) => text.includes(at)) + 1;
    assert.equal(code, 4);
    assert.ok(stderr.startsWith(`${source}:${line}:`), stderr);
    assert.match(stderr, message);
    assert.match(stderr, /error: the model cannot be built: /);
    assert.doesNotMatch(stderr, /^This is a bug|^ {4}at /m);
  });
}

test("a mistake that only the whole program shows is reported too", async () => {
  const { code, stderr } = await told(() => broken.build(broken.callsNoValue));
  assert.equal(code, 4);
  assert.match(
    stderr,
    /broken\.ts:\d+:\d+: error: the model cannot be built: .*the procedure can end without returning/,
  );
});

test("an error elsewhere remains a bug", async () => {
  const { code, stderr } = await told(() => {
    throw new TypeError("no such thing");
  });
  assert.equal(code, 4);
  assert.match(stderr, /^This is a bug in exclusive-check/);
});

test("a failed or missing build is reported as such", () => {
  cpSync("bin", join(folder, "bin"), { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const { status, stderr } = spawnSync(process.execPath, [join(folder, "bin", "exclusive-check.js"), "--help"], {
    encoding: "utf8",
  });
  assert.equal(status, 2);
  assert.match(stderr, /^error: exclusive-check is not built, or its last build failed\n {2}hint: `npm run build`/);
});

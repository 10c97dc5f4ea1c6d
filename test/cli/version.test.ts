import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = new URL("../../", import.meta.url);

test("--version prints the version that package.json names, and nothing else", async () => {
  const manifest = JSON.parse(readFileSync(new URL("package.json", root), "utf8")) as { readonly version: string };
  const executable = fileURLToPath(new URL("bin/exclusive-check.js", root));

  const { stdout, stderr } = await run(process.execPath, [executable, "--version"]);

  assert.equal(stdout, `${manifest.version}\n`);
  assert.equal(stderr, "");
});

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const folder = mkdtempSync(join(tmpdir(), "exclusive-check-"));
after(() => rmSync(folder, { recursive: true }));

test("options of V8 on node's command line do not keep the threads of a search from starting", async () => {
  const program = fileURLToPath(new URL("../../bin/exclusive-check.js", import.meta.url));
  const spec = fileURLToPath(new URL("../../specs/fork-race.json", import.meta.url));
  const args = [spec, "--kernel", "v6.4", "--workers", "2", "--json", "--out", folder];
  const { stdout } = await promisify(execFile)(process.execPath, ["--max-old-space-size=2000", program, ...args]);
  const [{ verdict, workers }] = JSON.parse(stdout).results;
  assert.deepEqual([verdict, workers], ["holds", 2]);
});

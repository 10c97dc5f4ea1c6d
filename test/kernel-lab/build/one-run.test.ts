import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { asOnlyRun } from "../../../kernel-lab/build/one-run.ts";

const nothing = async () => {};
let dir: string;
let mark: string;

describe("only one run", () => {
  beforeEach(() => {
    dir = join(mkdtempSync(join(tmpdir(), "kernels-")), "new");
    mark = join(dir, ".kernel-lab.pid");
  });
  afterEach(() => rmSync(dirname(dir), { recursive: true }));

  test("a second run in the same folder is refused while the first is at work", async () => {
    await asOnlyRun(dir, async () => {
      await assert.rejects(asOnlyRun(dir, nothing), {
        name: "LabError",
        message: new RegExp(`process ${process.pid} builds`),
      });
      assert.ok(existsSync(mark));
    });
  });

  test("a run that ends, or fails, makes room for the next", async () => {
    await asOnlyRun(dir, nothing);
    await assert.rejects(
      asOnlyRun(dir, () => Promise.reject(new Error("make failed"))),
      { message: "make failed" },
    );
    await asOnlyRun(dir, nothing);
    assert.ok(!existsSync(mark));
  });

  test("what a killed run left behind stops no later run", async () => {
    await asOnlyRun(dir, nothing);
    for (const left of [String(spawnSync("true").pid), "", "no number"]) {
      writeFileSync(mark, left);
      await asOnlyRun(dir, nothing);
      assert.ok(!existsSync(mark));
    }
  });
});

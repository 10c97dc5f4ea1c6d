import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { run } from "../../scripts/check-specs/check-file.ts";
import type { CheckedRun } from "../../scripts/check-specs/check-run.ts";
import { runsOf, specFiles } from "../../scripts/library/runs.ts";
import { runCommandLine } from "../../src/cli/command-line.ts";
import { loadModel } from "../../src/cli/load-model.ts";

const folder = mkdtempSync(join(tmpdir(), "exclusive-check-"));
after(() => rmSync(folder, { recursive: true }));

/** The exit code of a check of one file, as the command line gives it. */
async function exitCode(file: string): Promise<number> {
  const nowhere = { write: () => {} };
  const args = [file, "--workers", "1", "--out", join(folder, "out")];
  return runCommandLine(args, { stdout: nowhere, stderr: nowhere, env: {}, loadModel });
}

function checkKernels(file: string, kernels: number): Promise<readonly CheckedRun[]> {
  return run({
    file,
    kernels,
    maxStates: undefined,
    compareUpTo: 0,
    everyWay: false,
    vmaLocks: false,
    store: undefined,
  });
}

async function checkSpecs(file: string): Promise<CheckedRun> {
  const [first] = await checkKernels(file, 1);
  assert.ok(first !== undefined);
  return first;
}

/** A shipped scenario with other expectations. */
function variant(name: string, kernels: object): string {
  const file = join(folder, `${name}.json`);
  const spec = JSON.parse(readFileSync(`specs/${name}.json`, "utf8")) as object;
  writeFileSync(file, JSON.stringify({ ...spec, kernels }));
  return file;
}

test("the command line and check-specs compare the counts of a shipped scenario, with symmetry", async () => {
  const [first] = runsOf(["specs/device-atomic.json"]);
  const { states = 0, depth = 0 } = first?.run.counts ?? {};
  assert.ok(states > 0 && depth > 0);

  const { outcome, drifts, states: unreduced } = await checkSpecs("specs/device-atomic.json");
  assert.deepEqual([outcome, drifts], ["as-expected", []]);
  assert.ok(unreduced > states);

  const wrong = variant("device-atomic", { v8: { holds: true, states: unreduced, depth: depth - 1 } });
  assert.equal(await exitCode(wrong), 1);
  const checked = await checkSpecs(wrong);
  assert.equal(checked.outcome, "differs");
  assert.deepEqual(checked.drifts, [
    { count: "states", expected: unreduced, found: states },
    { count: "depth", expected: depth - 1, found: depth },
  ]);
});

test("check-specs searches the same program once, and judges it by what each kernel expects", async () => {
  const violated = { violates: ["no-deadlock"] };
  const file = variant("uprobe-and-store", { "v5.14": violated, "v6.15": "holds", "v7.1": "holds" });
  assert.deepEqual(
    (await checkKernels(file, 3)).map(({ outcome, sameAs }) => [outcome, sameAs]),
    [
      ["differs", undefined],
      ["differs", undefined],
      ["as-expected", undefined],
    ],
  );
  const same = variant("mprotect-read", { "v6.15": "holds", "v7.1": violated });
  const [first, second] = await checkKernels(same, 2);
  assert.deepEqual(
    [first?.outcome, second?.outcome, second?.sameAs, second?.states],
    ["as-expected", "differs", "mprotect-read on v6.15", first?.states],
  );
});

test("some shipped scenarios expect counts under every kernel that they name", () => {
  const withCounts = specFiles.filter((file) =>
    runsOf([file]).some(({ run: { counts } }) => counts.states !== undefined),
  );
  assert.ok(withCounts.length >= 3);
  for (const file of withCounts)
    for (const { run } of runsOf([file])) assert.ok((run.counts.states ?? 0) > 0 && (run.counts.depth ?? 0) > 0, file);
});

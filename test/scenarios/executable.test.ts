import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { specFiles as shippedSpecs } from "../../scripts/library/runs.ts";
import { runCommandLine } from "../../src/cli/command-line.ts";
import { buildModel } from "../../src/model/build-model.ts";
import { exclusiveCheck } from "../fixtures/executable.ts";

const folder = mkdtempSync(join(tmpdir(), "exclusive-check-"));
after(() => rmSync(folder, { recursive: true }));

type Report = { readonly results: readonly Record<string, unknown>[] };
type Files = Readonly<Record<string, string>>;

function filesIn(path: string): Files {
  return Object.fromEntries(
    readdirSync(path)
      .sort()
      .map((name) => [name, readFileSync(join(path, name), "utf8")]),
  );
}

/** The report without what may differ from run to run: times, the number of workers, where the traces went. */
function timeless({ results }: Report): unknown {
  return results.map(({ seconds, statesPerSecond, workers, bytesPerState, violations, reproduce, ...rest }) => {
    assert.ok([seconds, statesPerSecond, workers, bytesPerState, reproduce].every((value) => value !== undefined));
    const found = violations as readonly Record<string, unknown>[];
    return {
      ...rest,
      violations: found.map(({ trace, ...violation }) => ({ ...violation, traced: trace !== undefined })),
    };
  });
}

test("every shipped scenario gets its expected verdicts, the same report and the same traces from 1, 2 and 4 workers", {
  timeout: 300_000,
}, async () => {
  const runs: { report: unknown; traces: Files }[] = [];
  for (const workers of ["1", "2", "4"]) {
    const out = join(folder, workers);
    const { code, stdout, stderr } = await exclusiveCheck(
      ...shippedSpecs,
      "--json",
      "--workers",
      workers,
      "--out",
      out,
    );
    assert.deepEqual([code, stderr], [0, ""]);
    const report = JSON.parse(stdout) as Report;
    assert.ok(report.results.every(({ asExpected }) => asExpected === true));
    runs.push({ report: timeless(report), traces: filesIn(out) });
  }
  const [alone, ...others] = runs;
  for (const together of others) assert.deepEqual(together, alone);
});

test("every trace of the shipped scenarios replays", { timeout: 120_000 }, async () => {
  const out = join(folder, "2");
  const names = Object.keys(filesIn(out));
  assert.ok(names.length > 20);
  // In this process: the executable takes longer to start than to replay. Another test replays through it.
  const host = { stdout: { write: () => {} }, stderr: { write: () => {} }, env: {}, buildModel };
  for (const name of names)
    assert.deepEqual([name, await runCommandLine(["replay", join(out, name), "--quiet"], host)], [name, 0]);
});

test("the executable replays a trace that it wrote, and refuses it once a value in it is changed", async () => {
  const path = join(folder, "2", "fault-race-v8-no-use-after-free.trace.json");
  assert.equal((await exclusiveCheck("replay", path)).code, 0);
  const trace = JSON.parse(readFileSync(path, "utf8")) as { steps: { changes: { new: string }[] }[] };
  const step = trace.steps.findIndex(({ changes }) => changes.length > 0);
  const change = trace.steps[step]?.changes[0];
  assert.ok(change !== undefined);
  change.new = `${change.new}0`;
  const edited = join(folder, "edited.trace.json");
  writeFileSync(edited, JSON.stringify(trace));
  const { code, stdout } = await exclusiveCheck("replay", edited);
  assert.equal(code, 1);
  assert.match(stdout, new RegExp(`at step ${step + 1} the trace differs in changes\\[0\\]\\.new`));
});

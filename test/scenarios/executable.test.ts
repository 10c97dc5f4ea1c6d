import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { specFiles as shippedSpecs } from "../../scripts/library/runs.ts";
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
  for (const name of names) {
    const { code, stderr } = await exclusiveCheck("replay", join(out, name));
    assert.deepEqual([name, code, stderr], [name, 0, ""]);
  }
});

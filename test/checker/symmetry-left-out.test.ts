/**
 * The expressions of these scenarios distinguish symmetric elements. A search with the symmetry would miss something.
 */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { runsOf } from "../../scripts/library/runs.ts";
import { prepare } from "../../src/check/prepare.ts";
import { buildModel } from "../../src/model/build-model.ts";
import { commandLine } from "../fixtures/command-line.ts";

const folder = "test/fixtures/specs/symmetry";
const out = mkdtempSync(join(tmpdir(), "exclusive-check-symmetry-"));
after(() => rmSync(out, { recursive: true }));

const files = readdirSync(folder).map((name) => `${folder}/${name}`);

test("each scenario gets the same result as a search of all states", async () => {
  const { code, stdout } = await commandLine(...files, "--json", "--out", out);
  const whole = await commandLine(...files, "--json", "--out", out, "--no-symmetry");
  assert.deepEqual([code, whole.code], [0, 0]);
  const [reduced, all] = [verdicts(stdout), verdicts(whole.stdout)];
  assert.equal(reduced.length, files.length);
  assert.deepEqual(reduced, all);
});

function verdicts(report: string): readonly unknown[] {
  const { results } = JSON.parse(report) as {
    readonly results: readonly Readonly<
      Record<"spec" | "verdict" | "asExpected" | "violations" | "vacuous", unknown>
    >[];
  };
  return results.map(({ spec, verdict, asExpected, violations, vacuous }) => [
    spec,
    verdict,
    asExpected,
    violations,
    vacuous,
  ]);
}

test("each scenario leaves out one symmetry, because of the expected expression", () => {
  for (const { spec, run: kernel } of runsOf(files)) {
    const { leftOut } = prepare({ buildModel }, spec, kernel.kernel, kernel);
    const [first] = leftOut;
    assert.equal(leftOut.length, 1, spec.name);
    assert.equal(first?.name, spec.name.includes("thread") ? "threads" : "pages");
    assert.ok((first?.because.length ?? 0) > 0);
  }
});

test("the reports name the symmetry and the expression, and with --no-symmetry they name neither", async () => {
  const file = `${folder}/order.json`;
  const { stdout } = await commandLine(file, "--out", out, "--full");
  assert.match(
    stdout.replace(/\s+/g, " "),
    /pages P0, P1 are not interchangeable here: own may tell them apart: pages\.all\(p, pages\.all\(q, p\.index < q\.index/,
  );
  assert.doesNotMatch((await commandLine(file, "--out", out, "--full", "--no-symmetry")).stdout, /interchangeable/);
});

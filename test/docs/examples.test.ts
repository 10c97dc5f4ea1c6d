/** The examples in the documentation are real: scenarios get their expected verdicts, and output is what is printed. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { type Run, runsOf } from "../../scripts/library/runs.ts";
import { buildModel } from "../../src/model/build-model.ts";
import { featuresOf } from "../../src/model/features/catalogue.ts";
import { driverNames } from "../../src/model/scenario/drivers.ts";
import { operationCatalogue } from "../../src/model/scenario/operation-catalogue.ts";
import { type KernelKey, kernelsIn } from "../../src/model/versions/ranges.ts";
import { kernelVersions } from "../../src/model/versions/rows.ts";
import { builtInProperties } from "../../src/properties/built-in/built-in-properties.ts";
import { reporterNames } from "../../src/reporters/names.ts";
import { loadSpec } from "../../src/spec/load-spec.ts";
import type { RawSpec } from "../../src/spec/raw-spec.ts";
import { commandLine } from "../fixtures/command-line.ts";
import { isNightly } from "../fixtures/nightly.ts";
import { withSomeKernels } from "../fixtures/with-some-kernels.ts";

const fixtures = "test/fixtures/specs/docs";
const pages = ["README.md", "docs/scenarios.md", "docs/properties.md"];
const out = mkdtempSync(join(tmpdir(), "exclusive-check-docs-"));
after(() => rmSync(out, { recursive: true }));

interface Block {
  readonly page: string;
  /** The text after the opening fence, such as `json scenario`. */
  readonly info: string;
  readonly text: string;
}

function blocksOf(page: string): readonly Block[] {
  const fences = readFileSync(page, "utf8").matchAll(/^```(.+)\n([\s\S]*?)^```$/gm);
  return [...fences].map(([, info = "", text = ""]) => ({ page, info: info.trim(), text }));
}

const blocks = pages.flatMap(blocksOf);
const scenarios = blocks
  .filter(({ info }) => info === "json scenario")
  .map(({ page, text }) => ({ page, spec: JSON.parse(text) as { readonly name: string } }));

test("every complete scenario in the documentation is one of the fixtures, word for word", () => {
  assert.ok(scenarios.length > 0);
  for (const { page, spec } of scenarios) {
    const file = join(fixtures, `${spec.name}.json`);
    assert.deepEqual(spec, JSON.parse(readFileSync(file, "utf8")), `${page} against ${file}`);
  }
});

test("every fixture of the documentation is shown in it", () => {
  const shown = scenarios.map(({ spec }) => `${spec.name}.json`);
  assert.deepEqual(readdirSync(fixtures).sort(), [...new Set(shown)].sort());
});

/** Every night all kernels; else the first of each range to which a scenario gives a verdict. */
function judged({ spec, run }: Run): boolean {
  const ranges = Object.keys((JSON.parse(spec.text) as RawSpec).kernels) as KernelKey[];
  return isNightly || ranges.some((range) => kernelsIn(range)[0] === run.kernel);
}

test("every complete scenario in the documentation gets its expected verdicts", async () => {
  const runs = runsOf(readdirSync(fixtures).map((name) => join(fixtures, name)));
  const folder = join(out, "specs");
  withSomeKernels(runs.filter(judged), folder);
  const { code, stdout, stderr } = await commandLine(folder, "--json", "--out", out);
  assert.equal(stderr, "");
  const { results } = JSON.parse(stdout) as {
    readonly results: readonly { readonly spec: string; readonly expected: unknown; readonly asExpected: boolean }[];
  };
  assert.equal(new Set(results.map(({ spec }) => spec)).size, readdirSync(fixtures).length);
  for (const { spec, expected, asExpected } of results) assert.ok(expected !== null && asExpected, spec);
  assert.equal(code, 0);
});

test("the counterexample in the README is what the command prints", async () => {
  const shown = blocks.filter(({ page, info }) => page === "README.md" && info === "text counterexample");
  assert.equal(shown.length, 1);
  const { stdout } = await commandLine("specs/fault-race.json", "--kernel", "v8", "--out", out);
  assert.ok(stdout.includes(shown[0]?.text ?? ""), stdout);
});

function namesMissing(page: string, names: readonly string[]): readonly string[] {
  const text = readFileSync(page, "utf8");
  return names.filter((name) => !text.includes(`\`${name}\``));
}

test("the documentation of scenarios names every operation, kernel version and driver", () => {
  const names = [...operationCatalogue.map(({ name }) => name), ...kernelVersions];
  assert.deepEqual(namesMissing("docs/scenarios.md", names), []);
  const text = readFileSync("docs/scenarios.md", "utf8");
  for (const driver of driverNames) assert.match(text, new RegExp(`\`"?${driver}"?\``));
});

test("the documentation of formats names every reporter", () => {
  assert.deepEqual(namesMissing("docs/formats.md", reporterNames), []);
});

test("the documentation of properties names every property, event and field of the state", () => {
  const { scenario } = loadSpec("specs/fault-race.json");
  const { program, schema } = buildModel(scenario, featuresOf("v6.4", { with: [], without: [] }));
  const lists = Object.entries(schema(false));
  const fields = lists.flatMap(([, list]) => {
    const element = list.kind === "list" ? list.at(0) : list;
    return element.kind === "record" ? Object.keys(element.fields) : [];
  });
  const names = [
    ...builtInProperties.map(({ name }) => name),
    ...program.events.flatMap(({ name, parameters }) => [name, ...parameters.map((parameter) => parameter.name)]),
    ...lists.map(([name]) => name),
    ...fields,
  ];
  assert.deepEqual(namesMissing("docs/properties.md", names), []);
});

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { Ajv } from "ajv";
import { Chalk } from "chalk";
import fc from "fast-check";
import type { CheckResult } from "../../src/reporters/report.ts";
import { sarifReporter } from "../../src/reporters/sarif.ts";
import { hostileText, hostileTrace } from "../fixtures/hostile-text.ts";
import { sampleResult, violatedBy } from "../fixtures/sample-result.ts";
import { sampleTrace } from "../fixtures/sample-trace.ts";
import { twoLocksSubject } from "../fixtures/two-locks-model.ts";

/**
 * The published schema of SARIF 2.1.0 from its authors' package. It is of draft 4, which Ajv accepts without these
 * keys.
 */
const {
  id: _,
  $schema: __,
  ...schema
} = createRequire(import.meta.url)("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json") as Record<
  string,
  object
>;
const validate = new Ajv({
  strict: false,
  // A pattern of the schema is valid only without the flag.
  unicodeRegExp: false,
  formats: {
    uri: (text) => URL.canParse(text),
    "uri-reference": (text) => /^[\w.~:/?#[\]@!$&'()*+,;=%-]*$/.test(text) && URL.canParse(text, "file:///x/"),
    "date-time": (text) => !Number.isNaN(Date.parse(text)),
  },
}).compile(schema);

interface Sarif {
  readonly runs: readonly [
    {
      readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
      readonly results: readonly SarifResult[];
    },
  ];
}

interface SarifResult {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations: readonly Located[];
  readonly suppressions?: readonly unknown[];
  readonly codeFlows?: readonly { readonly threadFlows: readonly ThreadFlow[] }[];
}

interface Located {
  readonly physicalLocation: {
    readonly artifactLocation: { readonly uri: string };
    readonly region: { readonly startLine: number; readonly startColumn: number };
  };
}

interface ThreadFlow {
  readonly id: string;
  readonly locations: readonly { readonly executionOrder: number; readonly location: Located }[];
}

function sarif(...results: readonly CheckResult[]): Sarif["runs"][0] {
  const reporter = sarifReporter.open?.({ colors: new Chalk({ level: 0 }), quiet: false, several: true });
  assert.ok(reporter);
  const document = JSON.parse(reporter.onEnd({ version: "0.1.0", results })) as Sarif;
  assert.ok(validate(document), JSON.stringify(validate.errors, null, 1));
  return document.runs[0];
}

const trace = sampleTrace(twoLocksSubject(), "counts");

test("a violation has a code flow with a thread flow for each actor, in one order of execution", () => {
  const { results } = sarif(sampleResult(violatedBy(trace)));
  const [result] = results;

  assert.equal(results.length, 1);
  assert.equal(result?.level, "error");
  assert.match(
    result?.message.text ?? "",
    /^sample on v8 without restore-notifies: counts is violated after \d+ steps/,
  );
  const flows = result?.codeFlows?.[0]?.threadFlows ?? [];
  assert.deepEqual(
    flows.map(({ id }) => id),
    ["one", "two"],
  );
  const order = flows.flatMap(({ id, locations }) => locations.map((at) => [at.executionOrder, id] as const));
  assert.deepEqual(
    order.sort(([a], [b]) => a - b),
    trace.steps.map(({ n, actor }) => [n, actor]),
  );
});

test("places are lines of the scenario: that of the kernel for the violation, that of the actor for each step", () => {
  const { results } = sarif(sampleResult(violatedBy(trace)));
  const { physicalLocation: at } = results[0]?.locations[0] ?? assert.fail();
  const step = results[0]?.codeFlows?.[0]?.threadFlows[1]?.locations[0]?.location.physicalLocation;

  assert.equal(at.artifactLocation.uri, "specs/sample.json");
  assert.deepEqual(at.region, { startLine: 3, startColumn: 3 });
  assert.deepEqual(step?.region, { startLine: 7, startColumn: 4 });
});

test("a violation that the scenario expects is a note, and suppressed", () => {
  const expected = { violates: ["counts"] };
  const { results } = sarif(sampleResult({ ...violatedBy(trace), expected, outcome: "as-expected" }));

  assert.deepEqual([results.length, results[0]?.level, results[0]?.suppressions?.length], [1, "note", 1]);
});

test("a difference other than an unexpected violation is a result of its own, and so is a limit that was reached", () => {
  const missing = sampleResult({ verdict: "holds", expected: { violates: ["counts"] } });
  const bound = sampleResult({ verdict: "incomplete", outcome: "undecided", bound: "depth", complete: false });
  const { results, tool } = sarif(missing, bound, sampleResult({ verdict: "holds", outcome: "as-expected" }));

  assert.deepEqual(
    results.map(({ ruleId, level }) => [ruleId, level]),
    [
      ["verdict", "error"],
      ["verdict", "warning"],
    ],
  );
  assert.match(results[0]?.message.text ?? "", /holds, but expected to violate counts$/);
  for (const { ruleId, ruleIndex } of results) assert.equal(tool.driver.rules[ruleIndex]?.id, ruleId);
});

test("a file outside the working folder is named by a whole address", () => {
  const { results } = sarif(sampleResult({ ...violatedBy(trace), file: "/some where/spec#1.json" }));

  assert.equal(results[0]?.locations[0]?.physicalLocation.artifactLocation.uri, "file:///some%20where/spec%231.json");
});

test("with any texts and file names the document is valid", () => {
  fc.assert(
    fc.property(hostileTrace(trace), hostileText, (hostile, text) => {
      const file = text.replaceAll("\0", "") || "x";
      const { results } = sarif(sampleResult({ ...violatedBy(hostile), file, spec: text, reproduce: text }));
      assert.equal(results.length, 1);
    }),
  );
});

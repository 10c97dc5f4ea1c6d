/**
 * JUnit XML, which most CI systems show: a test suite for each scenario, a test case for each kernel. A failure is a
 * verdict that is not the expected one. An error is a search that could not decide, or a model with an error. The
 * format follows Jenkins' schema, which other tools read too.
 */
import { Chalk } from "chalk";
import { paragraph } from "../text/paragraph.ts";
import { count } from "../text/quantities.ts";
import { promiseOf } from "../trace/promise.ts";
import { renderCounterexample } from "./counterexample.ts";
import {
  type CheckResult,
  type FoundTrace,
  hasTrace,
  type KeptTrace,
  placeOf,
  type Report,
  tracesIn,
} from "./report.ts";
import type { ReporterEntry } from "./reporter.ts";
import { kernelOf } from "./title.ts";
import { verdictSentence } from "./verdict.ts";
import { witnessSentence } from "./witness.ts";
import { type XmlElement, xmlDocument } from "./xml.ts";

export const junitReporter: ReporterEntry = {
  name: "junit",
  sentence: "JUnit XML, for CI: a test suite for each scenario, a test case for each kernel.",
  kind: { what: "a JUnit report of exclusive-check", begins: /^<\?xml .*\?>\s*<testsuites name="exclusive-check"/ },
  open: () => ({ onResult: () => "", onEnd: junitText }),
};

function junitText({ results }: Report): string {
  const specs = [...new Set(results.map(({ spec }) => spec))];
  const suites = specs.map((spec) =>
    suiteOf(
      spec,
      results.filter((result) => result.spec === spec),
    ),
  );
  return xmlDocument({
    name: "testsuites",
    attributes: { name: "exclusive-check", ...tally(results) },
    children: suites,
  });
}

function suiteOf(spec: string, results: readonly CheckResult[]): XmlElement {
  return { name: "testsuite", attributes: { name: spec, ...tally(results) }, children: results.map(caseOf) };
}

function tally(results: readonly CheckResult[]): Readonly<Record<string, string | number>> {
  const kinds = results.map(problemOf);
  return {
    tests: results.length,
    failures: kinds.filter((kind) => kind === "failure").length,
    errors: kinds.filter((kind) => kind === "error").length,
    time: time(results.reduce((sum, { statistics }) => sum + statistics.seconds, 0)),
  };
}

function caseOf(result: CheckResult): XmlElement {
  const problem = problemOf(result);
  const text = [...tracesIn(result).flatMap(tell), ...statistics(result)].join("\n");
  const attributes = { classname: result.spec, name: kernelOf(result), time: time(result.statistics.seconds) };
  if (problem === undefined)
    return { name: "testcase", attributes, children: [{ name: "system-out", children: [text] }] };
  const message = verdictSentence(result);
  return {
    name: "testcase",
    attributes,
    children: [{ name: problem, attributes: { type: result.outcome, message }, children: [text] }],
  };
}

function problemOf({ outcome }: CheckResult): "failure" | "error" | undefined {
  switch (outcome) {
    case "as-expected":
      return undefined;
    case "differs":
      return "failure";
    case "undecided":
    case "model-error":
      return "error";
  }
}

function tell(found: FoundTrace): readonly string[] {
  return [
    ...(hasTrace(found)
      ? counterexample(found)
      : [`${found.property} is violated after ${count(found.length, "step")}`]),
    `trace: ${placeOf(found)}`,
    "",
  ];
}

function counterexample({ trace }: KeptTrace): readonly string[] {
  return [
    ...paragraph(promiseOf(trace)),
    ...renderCounterexample(trace, { colors: new Chalk({ level: 0 }), full: false }),
  ];
}

function statistics(result: CheckResult): readonly string[] {
  const { states, transitions, depth } = result.statistics;
  return [
    `${verdictSentence(result)}`,
    `${count(states, "state")}, ${count(transitions, "transition")}, depth ${depth}`,
    ...result.witnesses.map((witness) => witnessSentence(witness)),
    `rerun: ${result.reproduce}`,
  ];
}

function time(seconds: number): string {
  return seconds.toFixed(3);
}

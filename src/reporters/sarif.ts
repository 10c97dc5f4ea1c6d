/**
 * SARIF 2.1.0, for code scanning: a result for each violation, with a code flow in which each actor is a thread, and a
 * result for each verdict that differs from the expected one for another reason.
 * https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */

import { promiseOf } from "../trace/promise.ts";
import { tellStory } from "../trace/story.ts";
import { jsonText } from "./json-text.ts";
import { type CheckResult, type FoundTrace, type Report, tracesIn } from "./report.ts";
import type { ReporterEntry } from "./reporter.ts";
import { codeFlowOf } from "./sarif-code-flow.ts";
import { artifactOf, locationIn } from "./sarif-location.ts";
import { titleOf } from "./title.ts";
import { verdictSentence } from "./verdict.ts";

export const sarifReporter: ReporterEntry = {
  name: "sarif",
  sentence: "SARIF 2.1.0, for code scanning: each violation with a code flow of its actors.",
  kind: {
    what: "a SARIF report of exclusive-check",
    begins: /^\{\s*"\$schema": .*sarif[\s\S]*"name": "exclusive-check"/,
  },
  open: () => ({ onResult: () => "", onEnd: sarifText }),
};

/** The rule for results without a violated property. */
const verdictRule = { id: "verdict", sentence: "A scenario has the verdict that it expects." };

function sarifText({ version, results }: Report): string {
  const rules = rulesOf(results);
  const document = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "exclusive-check",
            semanticVersion: version,
            rules: [...rules].map(([id, text]) => ({ id, shortDescription: { text } })),
          },
        },
        columnKind: "utf16CodeUnits",
        invocations: [{ executionSuccessful: results.every(({ outcome }) => outcome !== "model-error") }],
        artifacts: [...new Set(results.map(({ file }) => file))].map((file) => ({ location: artifactOf(file) })),
        results: results.flatMap((result) => sarifResults(result, [...rules.keys()])),
      },
    ],
  };
  return `${jsonText(document, 2)}\n`;
}

function rulesOf(results: readonly CheckResult[]): ReadonlyMap<string, string> {
  const traces = results.flatMap(tracesIn);
  return new Map([
    [verdictRule.id, verdictRule.sentence],
    ...traces.map(({ property, trace }) => [property, trace?.sentence ?? property] as const),
  ]);
}

function sarifResults(result: CheckResult, rules: readonly string[]): readonly object[] {
  const found = tracesIn(result).map((trace) => violationResult(result, trace, rules));
  const told = found.length > 0 && !isMoreThanItsViolations(result);
  if (told || result.outcome === "as-expected") return found;
  const level = result.outcome === "undecided" ? "warning" : "error";
  const text = `${titleOf(result)}: ${verdictSentence(result)}`;
  return [...found, { ...common(result, verdictRule.id, rules), kind: "fail", level, message: { text } }];
}

/** Whether the result differs in a way that no unexpected violation shows. */
function isMoreThanItsViolations(result: CheckResult): boolean {
  const surprising = result.violations.some(({ property }) => !isExpected(result, property));
  return result.rangeError === undefined && !surprising;
}

function isExpected({ expected }: CheckResult, property: string): boolean {
  return expected !== undefined && expected !== "holds" && expected.violates.includes(property);
}

function violationResult(
  result: CheckResult,
  { property, length, trace, path }: FoundTrace,
  rules: readonly string[],
): object {
  const isAwaited = isExpected(result, property);
  const story = trace === undefined ? "" : `${promiseOf(trace)} ${tellStory(trace).join(" ")} `;
  const text = `${titleOf(result)}: ${property} is violated after ${length} steps. ${story}${path === undefined ? "Its trace could not be written" : `The trace is in ${path}`}.`;
  return {
    ...common(result, property, rules),
    kind: "fail",
    level: isAwaited ? "note" : "error",
    message: { text },
    ...(trace === undefined || length === 0 ? {} : { codeFlows: [codeFlowOf(trace, result)] }),
    // The violation is known and recorded in the scenario itself.
    ...(isAwaited
      ? {
          suppressions: [
            {
              kind: "inSource",
              justification: "The scenario expects this violation.",
              location: locationIn(result, ["kernels", result.kernel]),
            },
          ],
        }
      : {}),
  };
}

function common(result: CheckResult, ruleId: string, rules: readonly string[]): object {
  return {
    ruleId,
    ruleIndex: rules.indexOf(ruleId),
    locations: [locationIn(result, ["kernels", result.kernel])],
    // Identifies the same finding in two runs, even if lines of the scenario have moved.
    partialFingerprints: { "scenarioKernelProperty/v1": [titleOf(result), ruleId].join(": ") },
  };
}

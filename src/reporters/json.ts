/** The one document of `--json`; schema/report.schema.json describes it. */
import { jsonText } from "./json-text.ts";
import type { CheckResult, FoundTrace } from "./report.ts";
import type { RunReporterEntry } from "./reporter.ts";

export const jsonReporter: RunReporterEntry = {
  name: "json",
  sentence: "One JSON document with all results, for other tools.",
  kind: { what: "a JSON report of exclusive-check", begins: /^\{\s*"version": "[^"]*",\s*"results": \[/ },
  open: () => ({
    onResult: () => "",
    onEnd: ({ version, results, shard }) =>
      `${jsonText({ version, results: results.map(resultJson), ...(shard === undefined ? {} : { shard }) }, 2)}\n`,
  }),
};

/** One result, as schema/report.schema.json describes it. */
export function resultJson(result: CheckResult): object {
  const { statistics, bound, rangeError } = result;
  return {
    spec: result.spec,
    kernel: result.kernel,
    features: result.features,
    verdict: result.verdict,
    expected: result.expected ?? null,
    asExpected: result.outcome === "as-expected",
    outcome: result.outcome,
    complete: result.complete,
    ...(result.drifts.length === 0 ? {} : { drifts: result.drifts }),
    states: statistics.states,
    transitions: statistics.transitions,
    depth: statistics.depth,
    seconds: rounded(statistics.seconds, 3),
    statesPerSecond: Math.round(statistics.statesPerSecond),
    workers: statistics.workers,
    bitsPerState: statistics.bitsPerState,
    bytesPerState: rounded(statistics.bytesPerState, 1),
    store: statistics.store,
    missProbability: statistics.omissionProbability,
    ...(statistics.filled === undefined ? {} : { filled: rounded(statistics.filled, 6) }),
    ...(statistics.parts === undefined ? {} : { parts: statistics.parts }),
    bytesOnDisk: statistics.bytesOnDisk,
    symmetries: statistics.symmetries.map(({ name, elements }) => ({ name, elements })),
    symmetriesLeftOut: result.symmetriesLeftOut,
    ...(bound === undefined ? {} : { bound }),
    ...(result.advice.length === 0 ? {} : { advice: result.advice }),
    ...(result.resumedAt === undefined ? {} : { resumedAt: result.resumedAt }),
    ...(result.continuation === undefined ? {} : { continuation: result.continuation }),
    violations: result.violations.map(violationJson),
    ...(result.alternatives.length === 0 ? {} : { alternatives: result.alternatives.map(violationJson) }),
    ...(result.witnesses.length === 0
      ? {}
      : {
          witnesses: result.witnesses.map(({ condition, found, bound: stop }) => ({
            sometimes: condition,
            length: found?.length ?? null,
            trace: found?.path ?? null,
            ...(found !== undefined || stop === undefined ? {} : { bound: stop }),
          })),
        }),
    ...(rangeError === undefined
      ? {}
      : {
          rangeError: {
            message: rangeError.message,
            length: rangeError.length,
            trace: rangeError.path ?? null,
          },
        }),
    unreached: result.unreached,
    vacuous: result.vacuous,
    reachedBeyond: result.reachedBeyond,
    passedAssertions: result.passedAssertions,
    ...(result.notes.length === 0 ? {} : { notes: result.notes }),
    reproduce: result.reproduce,
  };
}

function violationJson({ property, length, repeats, path }: FoundTrace): object {
  return { property, length, ...(repeats === undefined ? {} : { repeats }), trace: path ?? null };
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

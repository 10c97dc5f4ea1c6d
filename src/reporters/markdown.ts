/**
 * A run in Markdown, for a pull request or the summary of a job: the matrix, then the details of unexpected results. What
 * is unexpected comes first.
 */
import { printableParts } from "../text/printable.ts";
import { count, grouped, seconds } from "../text/quantities.ts";
import { goingOn } from "./going-on.ts";
import { code, plain, table } from "./markdown-text.ts";
import { markdownText, traceSection } from "./markdown-trace.ts";
import { matrixOf } from "./matrix.ts";
import { isExpected } from "./one-counterexample.ts";
import { type CheckResult, type FoundTrace, hasTrace, type Outcome, placeOf, type Report, tracesIn } from "./report.ts";
import type { ReporterEntry } from "./reporter.ts";
import { leftOutSentence } from "./symmetry-left-out.ts";
import { titleOf } from "./title.ts";
import { verdictSentence } from "./verdict.ts";
import { witnessSentence } from "./witness.ts";

export const markdownReporter: ReporterEntry = {
  name: "markdown",
  sentence: "Markdown, to paste into a pull request: the matrix, and counterexamples as tables.",
  kind: {
    what: "a Markdown report of exclusive-check",
    begins: /^# (exclusive-check\n\n\| scenario \||[\w-]+ on v[\d.]+.*: .*\n)/,
  },
  open: () => ({ onResult: () => "", onEnd: ({ results }) => `${markdownReport(results).join("\n")}\n` }),
  ofTrace: markdownText,
};

/** `most`: after this many characters, counterexamples are only named. */
export function markdownReport(found: Report["results"], most = Number.POSITIVE_INFINITY): readonly string[] {
  const results = printableParts(found);
  const several = new Set(results.map(({ spec }) => spec)).size > 1;
  const told = unexpectedFirst(results.filter(({ outcome }) => !several || outcome !== "as-expected"));
  const lines = ["# exclusive-check", "", ...matrixTable(results), ""];
  let room = most - lines.join("\n").length;
  for (const result of told) {
    const brief = sectionHead(result);
    const full = [
      ...brief,
      ...tracesOf(result)
        .filter(hasTrace)
        .flatMap(({ trace }) => ["", `### ${plain(trace.property)}`, "", ...traceSection(trace)]),
    ];
    const section = full.join("\n").length < room ? full : brief;
    room -= section.join("\n").length + 2;
    if (room < 0) break;
    lines.push(...section, "");
  }
  return lines;
}

const urgency: Readonly<Record<Outcome, number>> = { "model-error": 0, differs: 0, undecided: 1, "as-expected": 2 };

function unexpectedFirst(results: readonly CheckResult[]): readonly CheckResult[] {
  return results.toSorted((one, other) => urgency[one.outcome] - urgency[other.outcome]);
}

/** The unexpected ones first. */
function tracesOf(result: CheckResult): readonly FoundTrace[] {
  return tracesIn(result).toSorted((one, other) => Number(isExpected(one, result)) - Number(isExpected(other, result)));
}

const symbols: Readonly<Record<Outcome, string>> = {
  "as-expected": ":white_check_mark:",
  differs: ":x:",
  undecided: ":hourglass:",
  "model-error": ":boom:",
};

function matrixTable(results: readonly CheckResult[]): readonly string[] {
  const { kernels, cell, legend } = matrixOf(results);
  const specs = new Set(unexpectedFirst(results).map(({ spec }) => spec));
  const rows = [...specs].map((spec) => [
    plain(spec),
    ...kernels.map((kernel) => {
      const { text, outcome } = cell(spec, kernel);
      return outcome === undefined ? text : `${symbols[outcome]} ${plain(text)}`;
    }),
  ]);
  return [...table(["scenario", ...kernels.map(plain)], rows), ...legend.flatMap((line) => ["", plain(line)])];
}

function sectionHead(result: CheckResult): readonly string[] {
  const { states, transitions, depth, ...statistics } = result.statistics;
  const { sentences, command } = goingOn(result);
  const traces = tracesOf(result).map(
    ({ property, length, path }) =>
      `- ${plain(property)} after ${count(length, "step")}: ${path === undefined ? placeOf({ path }) : code(path)}`,
  );
  return [
    `## ${plain(titleOf(result))}: ${plain(verdictSentence(result))}`,
    "",
    ...traces,
    ...result.witnesses.map((witness) => `- ${plain(witnessSentence(witness))}`),
    `- ${count(states, "state")}, ${count(transitions, "transition")}, depth ${grouped(depth)}, ${seconds(statistics.seconds)}`,
    ...result.symmetriesLeftOut.map((symmetry) => `- ${plain(leftOutSentence(symmetry))}`),
    ...sentences.map((sentence) => `- ${plain(sentence)}`),
    ...(command === undefined ? [] : [`- resume: ${code(command)}`]),
    `- rerun: ${code(result.reproduce)}`,
  ];
}

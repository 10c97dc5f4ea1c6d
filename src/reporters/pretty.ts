/** The report for people: verdict, counterexamples, what was explored and what was not. */

import type { ChalkInstance } from "chalk";
import { changesInWords } from "../trace/changes-text.ts";
import { renderCounterexample } from "./counterexample.ts";
import { renderCoverage } from "./coverage-summary.ts";
import type { InterleavingOptions } from "./interleaving.ts";
import { renderMatrix } from "./matrix.ts";
import { coloring } from "./outcome-color.ts";
import { paragraph } from "./paragraph.ts";
import { ofPrintable } from "./printable-results.ts";
import { bytes, count, grouped, percent, probability, seconds } from "./quantities.ts";
import { type CheckResult, type FoundTrace, placeOf, tracesIn } from "./report.ts";
import type { ReporterEntry } from "./reporter.ts";
import { leftOutSentence } from "./symmetry-left-out.ts";
import { verdictSentence } from "./verdict.ts";

export const prettyReporter: ReporterEntry = {
  name: "pretty",
  sentence: "Text for people: verdicts, counterexamples step by step, statistics.",
  kind: { what: "a report for people", begins: /^[\w-]+ on v[\d.]+( with(out)? [\w-]+)*: / },
  open: ({ colors, quiet, full = false, several }) =>
    ofPrintable({
      onResult(result) {
        const headline = renderHeadline(result, colors);
        if (quiet) return `${headline}\n`;
        // Among many results only the surprising ones are told at length.
        const brief = several && result.outcome === "as-expected";
        const found = tracesIn(result);
        return text([
          headline,
          ...found.map((violation) => renderSummary(violation, colors)),
          ...(brief ? [] : found.flatMap((violation) => renderTrace(violation, { colors, full }))),
          ...(brief ? [] : renderStatistics(result, colors)),
          "",
        ]);
      },
      onEnd: ({ results }) => (several && !quiet ? text(renderMatrix(results, colors)) : ""),
    }),
};

function text(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

function renderHeadline(result: CheckResult, colors: ChalkInstance): string {
  const { spec, kernel, features, outcome } = result;
  const changes = changesInWords(features);
  return `${colors.bold(spec)} on ${kernel}${changes.join("")}: ${coloring(outcome, colors)(verdictSentence(result))}`;
}

function renderSummary({ trace: { property, steps }, path }: FoundTrace, colors: ChalkInstance): string {
  return `  ${colors.bold(property)} is violated after ${count(steps.length, "step")}: ${placeOf({ path })}`;
}

function renderTrace({ trace }: FoundTrace, options: InterleavingOptions): readonly string[] {
  const { property, sentence } = trace;
  const title = paragraph(`${property}: ${sentence}`, "  ").map((line) => options.colors.bold(line));
  return ["", ...title, "", ...renderCounterexample(trace, options)];
}

function renderStatistics(result: CheckResult, colors: ChalkInstance): readonly string[] {
  const { states, transitions, depth, workers, ...speed } = result.statistics;
  return [
    "",
    `  ${count(states, "state")}, ${count(transitions, "transition")}, depth ${grouped(depth)}`,
    `  ${seconds(speed.seconds)}, ${grouped(speed.statesPerSecond)} states/s with ${count(workers, "worker")}`,
    `  ${bytes(speed.bytesPerState * states)} of memory, ${memoryOfState(result)}`,
    ...renderStore(result),
    ...renderSymmetries(result),
    ...renderCoverage(result),
    colors.dim(`  again: ${result.reproduce}`),
  ];
}

function renderStore({ statistics }: CheckResult): readonly string[] {
  const { store, omissionProbability, filled = 0, bytesOnDisk } = statistics;
  const known = {
    exact: "",
    fingerprint: "states are known by 64 bits each",
    bitstate: `states are known by 3 bits each of a table that is ${percent(filled)} full`,
  };
  if (store === "exact") return [];
  const missed = `with a probability of at most ${probability(omissionProbability)} that any was missed`;
  return paragraph(`${known[store]}, ${missed}; ${bytes(bytesOnDisk)} on disk`, "  ");
}

function renderSymmetries({ statistics: { symmetries }, symmetriesLeftOut }: CheckResult): readonly string[] {
  const alike = symmetries.map(({ name, elements }) => `${name} ${elements.join(", ")}`);
  const counted =
    alike.length === 0
      ? []
      : paragraph(`of states that differ by an exchange of ${alike.join(" or of ")}, one is counted`, "  ");
  return [...counted, ...symmetriesLeftOut.flatMap((symmetry) => paragraph(leftOutSentence(symmetry), "  "))];
}

/** Of few states the memory is that of the tables, so that a share for each says nothing. */
function memoryOfState({ statistics: { states, bytesPerState, bitsPerState } }: CheckResult): string {
  const bits = `${count(bitsPerState, "bit")} a state`;
  return states < 10_000 ? bits : `${bytesPerState.toFixed(1)} bytes a state, ${bits}`;
}

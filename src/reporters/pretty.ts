/** The report for people: the verdict, the counterexamples, what was explored and what was not. */

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
import { witnessSentence } from "./witness.ts";

export const prettyReporter: ReporterEntry = {
  name: "pretty",
  sentence: "Text for people: verdicts, counterexamples step by step, statistics.",
  kind: { what: "a report for people", begins: /^[\w-]+ on v[\d.]+( with(out)? [\w-]+)*: / },
  open: ({ colors, quiet, full = false, several }) =>
    ofPrintable({
      onResult(result) {
        const headline = renderHeadline(result, colors);
        if (quiet) return `${headline}\n`;
        // If there are many results, only the unexpected ones get the full report.
        const brief = several && result.outcome === "as-expected";
        const found = tracesIn(result);
        return text([
          headline,
          ...found.flatMap((violation) => [renderSummary(violation, colors), ...renderAlternatives(violation, result)]),
          ...result.witnesses.map((witness) => `  ${witnessSentence(witness)}`),
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

/** The other traces of the same property, if several were asked for. */
function renderAlternatives({ trace: { property } }: FoundTrace, result: CheckResult): readonly string[] {
  const { alternatives, tracesAsked, rangeError } = result;
  if (tracesAsked === 1 || property === rangeError?.trace.property) return [];
  const others = alternatives.filter(({ trace }) => trace.property === property);
  const rest = others.length + 1 < tracesAsked ? ["    no other one of this length was found"] : [];
  return [...others.map((other) => `    another one of this length: ${placeOf(other)}`), ...rest];
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
    colors.dim(`  rerun: ${result.reproduce}`),
  ];
}

function renderStore({ statistics }: CheckResult): readonly string[] {
  const { store, omissionProbability, filled = 0, bytesOnDisk } = statistics;
  const known = {
    exact: "",
    fingerprint: "each state is stored as 64 bits",
    bitstate: `each state is stored as 3 bits of a filter that is ${percent(filled)} full`,
  };
  if (store === "exact") return [];
  const missed = `omission probability at most ${probability(omissionProbability)}`;
  return paragraph(`${known[store]}, ${missed}; ${bytes(bytesOnDisk)} on disk`, "  ");
}

function renderSymmetries({ statistics: { symmetries }, symmetriesLeftOut }: CheckResult): readonly string[] {
  const alike = symmetries.map(({ name, elements }) => `${name} ${elements.join(", ")}`);
  const counted = alike.length === 0 ? [] : paragraph(`symmetric states counted once (${alike.join("; ")})`, "  ");
  return [...counted, ...symmetriesLeftOut.flatMap((symmetry) => paragraph(leftOutSentence(symmetry), "  "))];
}

/** With few states, most of the memory is the empty tables, so the bytes per state would mean nothing. */
function memoryOfState({ statistics: { states, bytesPerState, bitsPerState } }: CheckResult): string {
  const bits = `${count(bitsPerState, "bit")} per state`;
  return states < 10_000 ? bits : `${bytesPerState.toFixed(1)} bytes per state, ${bits}`;
}

/**
 * The report for people: a summary of each result, then one counterexample. `--full` shows every counterexample step by
 * step, and all statistics.
 */

import type { ChalkInstance } from "chalk";
import { count } from "../text/quantities.ts";
import { changesInWords } from "../trace/changes-text.ts";
import { longForm } from "./long-form.ts";
import { renderMatrix } from "./matrix.ts";
import { chooseOne, countAll, renderMore, renderOne } from "./one-counterexample.ts";
import { coloring } from "./outcome-color.ts";
import { ofPrintable } from "./printable-results.ts";
import { type CheckResult, type FoundTrace, placeOf, tracesIn } from "./report.ts";
import type { Reporter, ReporterOptions, RunReporterEntry } from "./reporter.ts";
import { briefStatistics, isSilent } from "./statistics.ts";
import { verdictSentence } from "./verdict.ts";
import { witnessSentence } from "./witness.ts";

export const prettyReporter: RunReporterEntry = {
  name: "pretty",
  sentence: "Text for people: a summary, and one counterexample; with --full everything.",
  kind: { what: "a report for people", begins: /^[\w-]+ on v[\d.]+( with(out)? [\w-]+)*: / },
  open: (options) => ofPrintable(options.quiet ? verdictsOnly(options) : report(options)),
};

function verdictsOnly({ colors }: ReporterOptions): Reporter {
  return { onResult: (result) => text([headline(result, colors)]), onEnd: () => "" };
}

function report({ colors, full = false, several, commands = true }: ReporterOptions): Reporter {
  // If there are several scenarios, only the unexpected results are shown in detail.
  const isDetailed = ({ outcome }: CheckResult) => !several || outcome !== "as-expected";
  let results = 0;
  return {
    onResult(result) {
      const isFirst = results++ === 0;
      const details = full ? longForm(result, colors, commands) : briefStatistics(result, commands);
      return text([
        ...(full && !isFirst ? [""] : []),
        headline(result, colors),
        ...tracesIn(result).flatMap((found) => [summary(found, colors), ...alternativesTo(found, result)]),
        ...result.witnesses.map((witness) => `  ${witnessSentence(witness)}`),
        ...(isDetailed(result) ? details : []),
      ]);
    },
    onEnd({ results: all }) {
      const matrix = several ? ["", ...renderMatrix(all, colors)] : [];
      return text([...matrix, ...(full ? [] : ending(all.filter(isDetailed), colors, commands))]);
    },
  };
}

/** One counterexample; and the commands that show more, and that repeat the result. */
function ending(results: readonly CheckResult[], colors: ChalkInstance, commands: boolean): readonly string[] {
  const chosen = chooseOne(results);
  const more = renderMore(countAll(results), results.some(isSilent) ? "what is untested and unreached" : undefined);
  const [only, ...others] = chosen === undefined ? results : [chosen.finding];
  const rerun = only === undefined || others.length > 0 ? [] : [`rerun: ${only.reproduce}`];
  const last = commands ? [...more, ...rerun].map((line) => colors.dim(line)) : [];
  return [
    ...(chosen === undefined ? [] : ["", ...renderOne(results, chosen, colors)]),
    ...(last.length === 0 ? [] : ["", ...last]),
  ];
}

function text(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

function headline(result: CheckResult, colors: ChalkInstance): string {
  const { spec, kernel, features, outcome } = result;
  const changes = changesInWords(features);
  return `${colors.bold(spec)} on ${kernel}${changes.join("")}: ${coloring(outcome, colors)(verdictSentence(result))}`;
}

function summary({ property, length, path }: FoundTrace, colors: ChalkInstance): string {
  return `  ${colors.bold(property)} is violated after ${count(length, "step")}: ${placeOf({ path })}`;
}

/** The other traces of the same property, if several were asked for. */
function alternativesTo({ property }: FoundTrace, result: CheckResult): readonly string[] {
  const { alternatives, tracesAsked, rangeError } = result;
  if (tracesAsked === 1 || property === rangeError?.property) return [];
  const others = alternatives.filter((one) => one.property === property);
  const rest = others.length + 1 < tracesAsked ? ["    no other one of this length was found"] : [];
  return [...others.map((other) => `    another one of this length: ${placeOf(other)}`), ...rest];
}

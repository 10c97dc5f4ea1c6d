/** Results in the words of the command line. */
import { Chalk } from "chalk";
import type { KernelVersion } from "../../model/versions/rows.ts";
import { jsonReporter } from "../../reporters/json.ts";
import { renderMatrix } from "../../reporters/matrix.ts";
import { prettyReporter } from "../../reporters/pretty.ts";
import { type CheckResult, type FoundTrace, hasTrace, type Report, tracesIn } from "../../reporters/report.ts";
import { printableParts } from "../../text/printable.ts";
import type { Trace } from "../../trace/format.ts";
import type { CheckReport, KernelResult, TraceFile } from "../protocol.ts";

const colors = new Chalk({ level: 0 });
/** How the command line reports one scenario, without the commands that it suggests: the page has buttons instead. */
const plain = { colors, quiet: false, several: false, commands: false };

/** `files`: the traces of the result. */
export function kernelResult(
  kernel: KernelVersion,
  result: CheckResult,
  files: ReadonlyMap<Trace, TraceFile>,
): KernelResult {
  const { verdict, outcome, features, expected, statistics, alternatives, witnesses, reproduce } = result;
  const { states, transitions, depth, seconds } = statistics;
  const filesOf = (found: readonly FoundTrace[]) =>
    found.filter(hasTrace).flatMap(({ trace }) => files.get(trace) ?? []);
  return {
    kernel,
    verdict,
    outcome,
    features,
    isCompared: expected !== undefined,
    states,
    transitions,
    depth,
    seconds,
    text: prettyReporter.open(plain).onResult(result),
    full: prettyReporter.open({ ...plain, full: true }).onResult(result),
    traces: filesOf([...tracesIn(result), ...alternatives]),
    witnesses: filesOf(witnesses.flatMap(({ found }) => found ?? [])),
    reproduce,
  };
}

/** What is said of all results together. */
export function reportTexts(report: Report): Pick<CheckReport, "summary" | "matrix" | "json"> {
  const several = report.results.length > 1;
  return {
    summary: prettyReporter.open(plain).onEnd(report),
    matrix: several ? `${renderMatrix(printableParts(report.results), colors).join("\n")}\n` : "",
    json: jsonReporter.open(plain).onEnd(report),
  };
}

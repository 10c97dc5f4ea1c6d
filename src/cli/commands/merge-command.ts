/** `exclusive-check merge <report...>`: the reports of all shards as one. */
import { usageError } from "../../diagnostics/usage-error.ts";
import { rejectMisfits } from "../../merge/fit.ts";
import { mergeChecks } from "../../merge/merge-checks.ts";
import { mergeReviews } from "../../merge/merge-reviews.ts";
import { type CheckReportFile, type ReviewFile, readReport } from "../../merge/report-file.ts";
import type { MergeOptions } from "../options/merge-options.ts";
import { outputsOf } from "../output/outputs.ts";
import { openReporters } from "../output/report-outputs.ts";
import { reviewExitCode, reviewOutput } from "../output/review-output.ts";
import { type ExitCode, exitCodeOf } from "../surroundings/exit-code.ts";
import type { Surroundings } from "../surroundings/surroundings.ts";

export function mergeCommand(
  files: readonly string[],
  options: MergeOptions,
  surroundings: Pick<Surroundings, "stdout" | "stderr" | "env">,
): ExitCode {
  const reports = files.map(readReport);
  rejectMisfits(reports);
  // All are of the same kind.
  const checks = reports.filter((report): report is CheckReportFile => report.kind === "check");
  const reviews = reports.filter((report): report is ReviewFile => report.kind === "review");
  return reviews.length > 0
    ? showReview(reviews, options, surroundings)
    : showChecks(checks, options, files, surroundings);
}

function showChecks(
  reports: readonly CheckReportFile[],
  options: MergeOptions,
  files: readonly string[],
  surroundings: Pick<Surroundings, "stdout" | "stderr" | "env">,
): ExitCode {
  const { stdout } = surroundings;
  const outputs = outputsOf(files, surroundings);
  const merged = mergeChecks(reports, needsTraces(options));
  const several = new Set(merged.results.map(({ spec }) => spec)).size > 1;
  const reporter = openReporters(options, several, outputs, surroundings);
  for (const result of merged.results) stdout.write(reporter.onResult(result));
  stdout.write(reporter.onEnd(merged));
  return exitCodeOf(merged.results, outputs.failed());
}

/** Reading hundreds of traces takes seconds. */
function needsTraces({ json, quiet, reporter = [] }: MergeOptions): boolean {
  const others = reporter.filter((one) => !/^(nd)?json(:|$)/.test(one));
  return others.length > 0 || (json !== true && quiet !== true);
}

function showReview(
  reports: readonly ReviewFile[],
  options: MergeOptions,
  { stdout }: Pick<Surroundings, "stdout">,
): ExitCode {
  if (options.reporter !== undefined || options.full === true)
    throw usageError("a review has no other forms than its text, --json and --quiet");
  const summary = mergeReviews(reports);
  stdout.write(reviewOutput(summary, undefined, options));
  return reviewExitCode(summary, false);
}

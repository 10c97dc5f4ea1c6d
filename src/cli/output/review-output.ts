/** A review on standard output, and the exit code that it gives. */
import { reviewJson } from "../../review/review-json.ts";
import { type ReviewSummary, reviewText } from "../../review/review-text.ts";
import type { ShardRecord } from "../../shards/shard.ts";
import { type ExitCode, exitCodes } from "../surroundings/exit-code.ts";

export interface ReviewForm {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** `shard`: undefined if the review is whole. */
export function reviewOutput(
  summary: ReviewSummary,
  shard: ShardRecord | undefined,
  { json, quiet }: ReviewForm,
): string {
  if (json === true) return reviewJson(summary, shard);
  return `${reviewText(quiet === true ? onlyBad(summary) : summary).join("\n")}\n`;
}

function onlyBad(summary: ReviewSummary): ReviewSummary {
  const differing = summary.differing.map((run) => ({
    ...run,
    difference: { ...run.difference, good: [], open: [], untested: [], unreached: [] },
  }));
  return { ...summary, differing };
}

/** `failed`: a part of the results could not be written. */
export function reviewExitCode({ differing, refused, same, incomplete }: ReviewSummary, failed: boolean): ExitCode {
  if (differing.some(({ difference }) => difference.bad.length > 0)) return exitCodes.differs;
  if (failed || (refused.length > 0 && differing.length + same === 0)) return exitCodes.usage;
  return incomplete > 0 ? exitCodes.incomplete : exitCodes.asExpected;
}

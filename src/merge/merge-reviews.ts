/** The reports of all shards of a review -> one summary. */
import { at, entryOf } from "../ir/lookup.ts";
import type { ReviewSummary } from "../review/review-text.ts";
import type { ReviewFile } from "./report-file.ts";

type Count = "untouched" | "same" | "incomplete";

/** The reports must fit together (fit.ts). */
export function mergeReviews(reports: readonly ReviewFile[]): ReviewSummary {
  const positions = new Map(
    reports.flatMap(({ shard }) => shard.runs.map(({ spec, kernel, position }) => [`${spec} on ${kernel}`, position])),
  );
  const positionOf = ({ spec, kernel }: { readonly spec: string; readonly kernel: string }) =>
    entryOf(positions, `${spec} on ${kernel}`, `${spec} on ${kernel}`);
  const sum = (name: Count) => reports.reduce((total, { content }) => total + content[name], 0);
  return {
    differing: reports
      .flatMap(({ content }) => content.differing)
      .sort((one, other) => positionOf(one) - positionOf(other))
      .map(({ spec, kernel, bad, ...difference }) => ({
        spec,
        kernel,
        difference: { bad: bad.map(({ property, steps }) => ({ property, steps })), ...difference },
        traces: new Map(bad.flatMap(({ property, trace }) => (trace === null ? [] : [[property, trace]]))),
      })),
    refused: reports
      .flatMap(({ content }) => content.refusals ?? [])
      .sort((one, other) => positionOf(one) - positionOf(other)),
    untouched: sum("untouched"),
    same: sum("same"),
    incomplete: sum("incomplete"),
    // Each shard counts the scenarios before it takes its part.
    skipped: at(reports, 0).content.skipped,
  };
}

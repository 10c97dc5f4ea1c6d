/** A review as JSON; schema/review.schema.json describes it. */
import { jsonText } from "../reporters/json-text.ts";
import type { ShardRecord } from "../shards/shard.ts";
import type { ReviewSummary } from "./review-text.ts";

export function reviewJson(
  { differing, refused, untouched, same, incomplete, skipped }: ReviewSummary,
  shard: ShardRecord | undefined,
): string {
  return jsonText({
    version: 1,
    untouched,
    same,
    incomplete,
    skipped,
    refused: refused.length,
    ...(refused.length === 0 ? {} : { refusals: refused }),
    differing: differing.map(({ spec, kernel, difference, traces }) => ({
      spec,
      kernel,
      ...difference,
      bad: difference.bad.map((one) => ({ ...one, trace: traces.get(one.property) ?? null })),
    })),
    ...(shard === undefined ? {} : { shard }),
  });
}

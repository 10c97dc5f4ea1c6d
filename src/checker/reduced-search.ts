/**
 * A search that makes use of partial order, where that is wished and possible, and reports what a search without it would
 * report: the reduced search says whether anything is violated; where nothing is, that is the verdict, and where
 * something is, every state is searched after all, for the shortest traces.
 */
import { loneSteps, noLoneSteps } from "../codegen/lone-steps.ts";
import type { Program } from "../ir/program.ts";
import type { Property } from "../ir/property.ts";
import { descriptionIn } from "./checkpoint.ts";
import { search } from "./search.ts";
import type { SearchOptions, SearchResult } from "./search-types.ts";

/** What a checkpoint tells of the two searches. */
const description = "use of partial order";

/** `partialOrder` is a wish here: a search of a certain depth searches every state up to there. */
export async function reducedSearch(
  program: Program,
  properties: readonly Property[],
  { partialOrder = false, resumeFrom, ...options }: SearchOptions,
): Promise<SearchResult> {
  const start = performance.now();
  const resumed = resumeFrom === undefined ? {} : { resumeFrom };
  const described = (use: "on" | "off") => ({ description: { ...options.description, [description]: use } });
  const whole = { ...options, ...described("off") };
  const isOfReduced = resumeFrom === undefined || descriptionIn(resumeFrom)?.[description] === "on";
  // The tables are made last: they take a while for a long program.
  const isReduced =
    partialOrder && options.maxDepth === undefined && isOfReduced && loneSteps(program, properties) !== noLoneSteps;
  if (!isReduced) return search(program, properties, { ...whole, ...resumed });

  const reduced = await search(program, properties, {
    ...options,
    ...described("on"),
    ...resumed,
    partialOrder: true,
    stopWhen: "first-violation-level",
  });
  if (reduced.violations.length === 0) return reduced;
  // No time is left to find out how.
  if (reduced.bound === "signal" || reduced.bound === "timeout") return { ...reduced, violations: [] };
  const { timeoutMs } = options;
  const left = timeoutMs === undefined ? {} : { timeoutMs: Math.max(0, timeoutMs - (performance.now() - start)) };
  const found = await search(program, properties, { ...whole, ...left });
  return { ...found, seconds: reduced.seconds + found.seconds };
}

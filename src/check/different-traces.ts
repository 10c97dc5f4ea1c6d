/** Several counterexamples of one property that differ in the steps that matter. */
import type { SearchResult } from "../checker/contract/search-types.ts";
import { type KeptTrace, keptTrace } from "../reporters/report.ts";
import { buildTrace } from "../trace/build-trace.ts";
import type { Trace } from "../trace/format.ts";
import type { CheckRequest, TraceKeeper } from "./check-request.ts";
import { namedViolations, originOf } from "./keep-traces.ts";
import type { Prepared } from "./prepare.ts";

/** Most paths differ only in steps that do not matter, so a search finds so many for each trace that is kept. */
const pathsForEach = 16;

export function alternativesFor({ traces }: Pick<CheckRequest, "traces">): number {
  return traces === 1 ? 0 : pathsForEach * traces;
}

/**
 * Keeps up to `traces` counterexamples of each property, counting the `first` one, which is kept already. Each is a
 * shortest one, ends in another state, and has another sequence of steps that matter.
 */
export function keepDifferent(
  request: CheckRequest,
  prepared: Prepared,
  first: readonly KeptTrace[],
  { alternatives }: Pick<SearchResult, "alternatives">,
  { version, keepTrace }: TraceKeeper,
): readonly KeptTrace[] {
  const origin = originOf(request, version);
  const paths = namedViolations(prepared, alternatives);
  return first.flatMap(({ property, trace: shown }) => {
    const known = new Set([whatMatters(shown)]);
    const kept: KeptTrace[] = [];
    for (const path of paths) {
      if (path.property !== property || known.size === request.traces) continue;
      const trace = buildTrace(prepared, path, origin);
      if (known.has(whatMatters(trace))) continue;
      known.add(whatMatters(trace));
      kept.push(keptTrace(trace, keepTrace(trace, known.size)));
    }
    return kept;
  });
}

function whatMatters({ steps }: Trace): string {
  return JSON.stringify(
    steps.filter(({ matters }) => matters).map(({ actor, procedure, label }) => [actor, procedure, label]),
  );
}

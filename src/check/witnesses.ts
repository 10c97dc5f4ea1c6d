/** Shortest paths to the states that must be reachable (`sometimes`). */
import type { SearchOptions } from "../checker/contract/search-types.ts";
import { not } from "../ir/expression.ts";
import { asksAboutRuns, type Check } from "../ir/property.ts";
import type { CompiledDefinition } from "../properties/definition.ts";
import type { Witness } from "../reporters/report.ts";
import { conditionOf } from "../trace/format.ts";
import type { CheckHost, CheckTarget, TraceKeeper } from "./check-request.ts";
import { keepPaths } from "./keep-traces.ts";
import type { Prepared } from "./prepare.ts";

/**
 * Searches again for each of the conditions that a search met, up to the first state that satisfies it. Each needs a
 * search of its own, because a violation ends its path, and the path to one state may lead through another. As in the
 * first search, paths end at violations of the properties.
 */
export async function findWitnesses(
  target: CheckTarget,
  prepared: Prepared,
  met: readonly CompiledDefinition[],
  options: SearchOptions,
  host: TraceKeeper & Pick<CheckHost, "search">,
): Promise<readonly Witness[]> {
  // A checkpoint belongs to the first search, and so do other counterexamples.
  const { checkpoint: _, resumeFrom: __, alternatives: ___, ...others } = options;
  // A run that never ends ends no path, and to look for one takes a search to the end.
  const properties = prepared.properties.map(({ property }) => property).filter((one) => !asksAboutRuns(one));
  const witnesses: Witness[] = [];
  for (const { property } of met) {
    const wanted = properties.length;
    const denied = { ...property, checks: property.checks.map(denial) };
    const { violations, bound } = await host.search(prepared.program, [...properties, denied], {
      ...others,
      stopWhen: "exhausted",
      until: [wanted],
    });
    const paths = violations
      .filter((one) => one.property === wanted)
      .map(({ steps }) => ({ property: property.name, steps }));
    const [found] = keepPaths(target, prepared, paths, host);
    witnesses.push({ condition: conditionOf(property.name), found, bound });
  }
  return witnesses;
}

function denial(check: Check): Check {
  if (check.kind !== "state") throw new Error(`a condition of a state has a check of the kind ${check.kind}`);
  return { ...check, condition: not(check.condition) };
}

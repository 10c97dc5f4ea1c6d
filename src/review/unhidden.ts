/** A violating step ends its path. So a violation of one property can hide that of another one behind it. */
import type { Findings } from "./findings.ts";

/**
 * The findings of a search with the violations of `names` that others hide. `again` searches for those properties alone,
 * and is called only if another violation could hide one.
 */
export async function unhidden(
  findings: Findings,
  names: readonly string[],
  again: (names: readonly string[]) => Promise<Findings>,
): Promise<Findings> {
  const sought = names.filter((name) => !(name in findings.violated));
  if (sought.length === 0 || Object.keys(findings.violated).length === 0) return findings;
  const alone = await again(sought);
  const isFound = sought.some((name) => name in alone.violated);
  const rest = isFound ? await unhidden(alone, sought, again) : alone;
  // A value that leaves its range is always looked for, and may hide what comes after it.
  const stillHides = !isFound && Object.keys(alone.violated).length > 0;
  return {
    ...findings,
    violated: { ...findings.violated, ...rest.violated },
    complete: findings.complete && rest.complete && !stillHides,
  };
}

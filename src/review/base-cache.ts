/** Findings of searches that were made before, by what was searched. */
import type { Prepared } from "../check/prepare.ts";
import { searchIdentity } from "../checker/checkpoint/search-identity.ts";
import type { Symmetry } from "../ir/program.ts";
import type { Findings } from "./findings.ts";

/** Keeps findings from one search to the next. What was kept may be lost, and is then made again. */
export interface KeptFindings {
  readonly kept: (identity: string) => Findings | undefined;
  readonly keep: (identity: string, findings: Findings) => void;
}

/**
 * With another program or another property it is another search. An edit that leaves the program as it is leaves its
 * symmetries as well.
 */
export function identityOf({ program, properties, sometimes, leftOut }: Prepared): string {
  const checks = [...properties.map(({ property }) => property), ...sometimes];
  const distinguished = leftOut.filter(({ because }) => because.some(({ kind }) => kind !== "edit"));
  const isAlike = ({ elements }: Symmetry) => !distinguished.some((one) => one.elements === elements);
  return searchIdentity(program, checks, { symmetries: program.symmetries.filter(isAlike) });
}

/** The findings of an exhaustive search of up to so many states, kept or made now. */
export async function findingsOnce(
  { kept, keep }: KeptFindings,
  identity: string,
  maxStates: number,
  make: () => Promise<Findings>,
): Promise<Findings> {
  const known = kept(identity);
  // A search that ended at a smaller limit would find more now.
  if (known !== undefined && (known.complete || known.states >= maxStates)) return known;
  const made = await make();
  keep(identity, made);
  return made;
}

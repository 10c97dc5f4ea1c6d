/** Findings of searches that were made before, by what was searched: in the folder of results, safe to delete. */
import { join } from "node:path";
import type { Prepared } from "../check/prepare.ts";
import { searchIdentity } from "../checker/checkpoint/search-identity.ts";
import type { Symmetry } from "../ir/program.ts";
import type { Findings } from "./findings.ts";
import { keep, kept } from "./kept-files.ts";

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
  folder: string,
  identity: string,
  maxStates: number,
  make: () => Promise<Findings>,
): Promise<Findings> {
  const file = fileOf(folder, identity);
  const known = kept(file) as Findings | undefined;
  // A search that ended at a smaller limit would find more now.
  if (known !== undefined && (known.complete || known.states >= maxStates)) return known;
  const made = await make();
  keep(file, made);
  return made;
}

/** The number counts the forms of findings: a file of an older form is not read. */
function fileOf(folder: string, identity: string): string {
  return join(folder, `${identity}-3.json`);
}

/** Findings of searches that were made before, by what was searched: in the folder of results, safe to delete. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Prepared } from "../check/prepare.ts";
import { searchIdentity } from "../checker/checkpoint/search-identity.ts";
import type { Findings } from "./findings.ts";

/** With another program or another property it is another search. */
export function identityOf({ program, properties, sometimes, symmetries }: Prepared): string {
  const checks = [...properties.map(({ property }) => property), ...sometimes];
  return searchIdentity(program, checks, { symmetries });
}

/** The findings of an exhaustive search of up to so many states, kept or made now. */
export async function findingsOnce(
  folder: string,
  identity: string,
  maxStates: number,
  make: () => Promise<Findings>,
): Promise<Findings> {
  const known = keptFindings(folder, identity);
  // A search that ended at a smaller limit would find more now.
  if (known !== undefined && (known.complete || known.states >= maxStates)) return known;
  const made = await make();
  keepFindings(folder, identity, made);
  return made;
}

function keptFindings(folder: string, identity: string): Findings | undefined {
  try {
    return JSON.parse(readFileSync(fileOf(folder, identity), "utf8")) as Findings;
  } catch {
    // Never made, or a file that somebody damaged: it is made again.
    return undefined;
  }
}

/** A review goes on if the folder cannot be written; the next one then takes as long as this one. */
function keepFindings(folder: string, identity: string, findings: Findings): void {
  const file = fileOf(folder, identity);
  try {
    mkdirSync(folder, { recursive: true });
    // Two threads may write the same: each file appears as a whole.
    const aside = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
    writeFileSync(aside, JSON.stringify(findings));
    renameSync(aside, file);
  } catch {}
}

/** The number counts the forms of findings: a file of an older form is not read. */
function fileOf(folder: string, identity: string): string {
  return join(folder, `${identity}-2.json`);
}

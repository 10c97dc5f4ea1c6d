/** Findings of searches that were made before, by what was searched: in the folder of results, safe to delete. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Findings } from "./findings.ts";

/** `identity` says which search (search-identity.ts); with another program, property or bound it is another one. */
export function cachedFindings(folder: string, identity: string): Findings | undefined {
  try {
    return JSON.parse(readFileSync(fileOf(folder, identity), "utf8")) as Findings;
  } catch {
    // Never made, or a file that somebody damaged: it is made again.
    return undefined;
  }
}

/** A review goes on if the folder cannot be written; the next one then takes as long as this one. */
export function keepFindings(folder: string, identity: string, findings: Findings): void {
  const file = fileOf(folder, identity);
  try {
    mkdirSync(folder, { recursive: true });
    // Two threads may write the same: each file appears as a whole.
    const aside = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
    writeFileSync(aside, JSON.stringify(findings));
    renameSync(aside, file);
  } catch {}
}

function fileOf(folder: string, identity: string): string {
  return join(folder, `${identity}.json`);
}

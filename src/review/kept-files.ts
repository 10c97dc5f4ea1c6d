/** Small results in files of their own, safe to delete at any time. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Undefined for a file that is not there, or that somebody damaged: it is made again. */
export function kept(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/** Work goes on if the folder cannot be written; the next time it then takes as long as this time. */
export function keep(file: string, value: unknown): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    // Two threads may write the same: each file appears as a whole.
    const aside = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
    writeFileSync(aside, JSON.stringify(value));
    renameSync(aside, file);
  } catch {}
}

/**
 * Runs one search in a process of its own, as users do, from built JavaScript. The TypeScript loader would count as our
 * memory and time. The tests' models are passed as data.
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { serialize } from "node:v8";
import type { Program } from "../src/ir/program.ts";
import type { Property } from "../src/ir/property.ts";
import { type MeasuredRun, measuredRun } from "./measured-run.ts";

export const root = fileURLToPath(new URL("..", import.meta.url));
const script = fileURLToPath(new URL("search-once.mjs", import.meta.url));

export interface SearchRun extends MeasuredRun {
  readonly states: number;
  readonly transitions: number;
  readonly complete: boolean;
  /** Without the start of the process. */
  readonly searchSeconds: number;
}

export function modelFile(file: string, program: Program, properties: readonly Property[]): string {
  writeFileSync(file, serialize({ program, properties }));
  return file;
}

/** The arguments are those of search-once.mjs. */
export async function searchOnce(model: string, ...args: readonly string[]): Promise<SearchRun> {
  const run = await measuredRun(process.execPath, [script, model, ...args], root);
  return { ...run, ...(JSON.parse(run.output) as Omit<SearchRun, keyof MeasuredRun>) };
}

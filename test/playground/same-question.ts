/** Asks the engine of the playground and the command line the same. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { specFiles } from "../../scripts/library/runs.ts";
import { searchWith } from "../../src/checker/search-with.ts";
import { loadModel } from "../../src/cli/load-model.ts";
import type { EngineHost } from "../../src/playground/engine/engine-host.ts";
import { browserEnvironment } from "../../src/playground/engine/environment.ts";
import type { Question, Source } from "../../src/playground/protocol.ts";
import { commandLine } from "../fixtures/command-line.ts";
import "../fixtures/known-facts.ts";

const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { readonly version: string };

/** As in a page that is not isolated from others. */
const environment = browserEnvironment({ newWorker: undefined, processors: 1, deviceMemory: undefined });

const shipped = new Map(specFiles.map((file) => [file, readFileSync(file, "utf8")]));

export const host: EngineHost = { ...(await loadModel()), version, search: searchWith(environment), shipped };

export const folder = mkdtempSync(join(tmpdir(), "exclusive-check-"));
after(() => rmSync(folder, { recursive: true }));

export function scenario(file: string): Source {
  return { file, text: readFileSync(file, "utf8") };
}

export function questionOf(source: Source, changes: Partial<Question> = {}): Question {
  return { ...source, kernels: [], with: [], without: [], edits: [], properties: [], options: {}, ...changes };
}

export interface Checked {
  readonly stdout: string;
  readonly stderr: string;
  readonly json: unknown;
  /** Text by name. */
  readonly traces: Readonly<Record<string, string>>;
}

let checks = 0;

/** Runs a check on one thread. Its traces go to a folder of its own. Their paths are printed as names, and no time is. */
export async function checkByCommandLine(...args: readonly string[]): Promise<Checked> {
  const out = join(folder, String(++checks));
  const report = `${out}.json`;
  const { stdout, stderr } = await commandLine(
    ...args,
    "--workers",
    "1",
    "--out",
    out,
    "--reporter",
    "pretty",
    "--reporter",
    `json:${report}`,
  );
  const traces = readdirSync(out).map((name) => [name, readFileSync(join(out, name), "utf8")] as const);
  const json = timeless(readFileSync(report, "utf8").replaceAll(`${out}/`, ""));
  return { stdout: withoutTimes(stdout.replaceAll(`${out}/`, "")), stderr, json, traces: Object.fromEntries(traces) };
}

export function withoutTimes(text: string): string {
  return text.replace(/\d+\.\d+ s\b/g, "0.00 s").replace(/[\d,]+ states\/s/g, "0 states/s");
}

export function timeless(report: string): unknown {
  return JSON.parse(report, (key, value: unknown) => (key === "seconds" || key === "statesPerSecond" ? 0 : value));
}

/** The page has buttons instead of the commands that the command line suggests. */
export function withoutCommands(printed: string): string {
  const suggested = [/ {2}with --checkpoint FILE.*\n/g, /\n(?:More: (?:.+\n)+|rerun: .*\n)/g, / {2}rerun: .*\n/g];
  return suggested.reduce((text, one) => text.replace(one, ""), printed);
}

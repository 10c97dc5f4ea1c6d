/** The page must say what the command line says, byte for byte. Only times may differ. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { specFiles } from "../../scripts/library/runs.ts";
import { runCommandLine } from "../../src/cli/command-line.ts";
import { loadModel } from "../../src/cli/load-model.ts";
import type { CheckReport, Question } from "../../src/playground/protocol.ts";
import { noBrowser, openBrowser, type TestBrowser } from "../fixtures/browser.ts";
import { openPlayground } from "../fixtures/playground-page.ts";

/** The limit that `npm run check-specs -- --quick` has. A scenario that needs more on one of its kernels is left out. */
const quickStates = 100_000;

const project = process.cwd();
const folder = mkdtempSync(join(tmpdir(), "exclusive-check-"));
let browser: TestBrowser | undefined;
before(async () => {
  if (noBrowser === false) browser = await openBrowser();
});
after(async () => {
  process.chdir(project);
  await browser?.close();
  rmSync(folder, { recursive: true });
});

/** What both say of one scenario under all its kernels. */
interface Said {
  readonly text: string;
  readonly notes: string;
  readonly json: string;
  readonly traces: Readonly<Record<string, string>>;
}

async function onCommandLine(file: string): Promise<Said> {
  let [text, notes] = ["", ""];
  const stdout = {
    write(part: string) {
      text += part;
    },
  };
  const stderr = {
    write(part: string) {
      notes += part;
    },
  };
  for (const name of traceFiles()) rmSync(name);
  const limits = ["--workers", "1", "--max-states", String(quickStates)];
  const reporters = ["--reporter", "pretty", "--reporter", "json:report.json"];
  await runCommandLine([file, ...limits, ...reporters, "--out", "."], { stdout, stderr, env: {}, loadModel });
  const traces = traceFiles().map((name) => [name, readFileSync(name, "utf8")] as const);
  return { text, notes, json: readFileSync("report.json", "utf8"), traces: Object.fromEntries(traces) };
}

function traceFiles(): readonly string[] {
  return readdirSync(".").filter((name) => name.endsWith(".trace.json"));
}

function saidBy({ results, summary, notes, json }: CheckReport): Said {
  const traces = results.flatMap((result) => [...result.traces, ...result.witnesses]);
  return {
    text: results.map(({ text }) => text).join("") + summary,
    notes: notes.map((line) => `${line}\n`).join(""),
    json,
    traces: Object.fromEntries(traces.map(({ name, text }) => [name, text])),
  };
}

/** Without times. A line that contains one may break at another place. */
function timeless({ text, json, ...rest }: Said): Said {
  return {
    ...rest,
    text: text.replace(/^ {2}[\d,]+ states?, depth .*\n(?: {4}.*\n)*/gm, (lines) =>
      lines.replace(/\s+/g, " ").replace(/(depth [\d,]+), [\d.]+ (s|min \d+ s)/, "$1, TIME"),
    ),
    json: json.replace(/("seconds"|"statesPerSecond"|"workers"): [\d.]+/g, "$1: 0"),
  };
}

test("the page gives the results of the command line, byte for byte, for every quick scenario", {
  skip: noBrowser,
  timeout: 600_000,
}, async (t) => {
  assert.ok(browser !== undefined);
  const { call } = await openPlayground(t, browser.context);
  // Threads start with the same arguments, but in the other folder.
  process.execArgv = process.execArgv.map((word) => (word.startsWith("./") ? join(project, word) : word));
  process.chdir(folder);
  symlinkSync(join(project, "specs"), "specs");
  let [scenarios, kernels, traces] = [0, 0, 0];
  for (const file of specFiles) {
    const question: Question = {
      ...{ file, text: readFileSync(file, "utf8") },
      ...{ kernels: [], with: [], without: [], edits: [], properties: [] },
      options: { maxStates: quickStates },
    };
    // The page searches on one processor, this process on another.
    const inPage = call("check", question, () => {});
    const expected = await onCommandLine(file);
    const answer = await inPage;
    assert.ok(answer.ok, file);
    // A limit stops a search on one thread at any state of a batch.
    const { results } = JSON.parse(expected.json) as { results: readonly { bound?: string }[] };
    if (results.some(({ bound }) => bound !== undefined)) continue;
    assert.deepEqual(timeless(saidBy(answer.value)), timeless(expected), file);
    scenarios++;
    kernels += results.length;
    traces += Object.keys(expected.traces).length;
  }
  t.diagnostic(`${scenarios} scenarios, ${kernels} searches, ${traces} traces`);
  assert.ok(scenarios > 200 && traces > 200);
});

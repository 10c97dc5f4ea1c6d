import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, test } from "node:test";
import { Chalk } from "chalk";
import { askingRuns, operatingRuns, violatingRuns } from "../../scripts/library/covering-runs.ts";
import { expectedViolations, libraryRuns, type Run, runsOf, titleOf } from "../../scripts/library/runs.ts";
import { required } from "../../src/ir/lookup.ts";
import { renderCounterexample } from "../../src/reporters/counterexample.ts";
import { mailText } from "../../src/reporters/mail.ts";
import { compactChange } from "../../src/trace/change-text.ts";
import { parseTrace } from "../../src/trace/parse-trace.ts";
import { tellStory } from "../../src/trace/story.ts";
import { readLibraryFacts } from "../../src/why/read-library-facts.ts";
import { noBrowser, openBrowser } from "../fixtures/browser.ts";
import { commandLine } from "../fixtures/command-line.ts";
import { exclusiveCheck } from "../fixtures/executable.ts";
import { isNightly } from "../fixtures/nightly.ts";
import { openPlayground } from "../fixtures/playground-page.ts";
import { withSomeKernels } from "../fixtures/with-some-kernels.ts";
import { checkByCommandLine, withoutCommands, withoutTimes } from "../playground/same-question.ts";

const folder = mkdtempSync(join(tmpdir(), "exclusive-check-"));
after(() => rmSync(folder, { recursive: true }));

type Report = { readonly results: readonly Record<string, unknown>[] };
type Files = Readonly<Record<string, string>>;

function filesIn(path: string): Files {
  return Object.fromEntries(
    readdirSync(path)
      .sort()
      .map((name) => [name, readFileSync(join(path, name), "utf8")]),
  );
}

/**
 * The report without the parts that may differ between runs: times, the number of workers, the paths of traces, and that
 * an earlier kernel's search counts.
 */
function timeless({ results }: Report): unknown {
  return results.map(
    ({ seconds, statesPerSecond, workers, bytesPerState, violations, reproduce, notes: _, ...rest }) => {
      assert.ok([seconds, statesPerSecond, workers, bytesPerState, reproduce].every((value) => value !== undefined));
      const found = violations as readonly Record<string, unknown>[];
      return {
        ...rest,
        violations: found.map(({ trace, ...violation }) => ({ ...violation, traced: trace !== undefined })),
      };
    },
  );
}

/**
 * Every night the library; else runs with every operation and property. Those with every step, and those that notice each
 * line of the model that goes missing, are judged by test/scenarios/agree-with-reference.test.ts and needs-every-line.test.ts.
 */
const searched = isNightly ? libraryRuns() : withSomeKernels(askingRuns(), join(folder, "specs"));

test("scenarios that together have every operation and property get their expected verdicts", {
  timeout: 600_000,
}, async () => {
  const { report } = await check(searched, "1", "all");
  writeFileSync(join(folder, "all.json"), JSON.stringify(report));
  const judged = report.results.map(({ spec, kernel }) => `${spec} on ${kernel}`);
  assert.deepEqual(judged.sort(), searched.map(({ spec, run }) => `${spec.name} on ${run.kernel}`).sort());
  assert.ok(report.results.every(({ asExpected }) => asExpected === true));
});

/** A search of far fewer states ends on the main thread before other threads have loaded. */
const statesForWorkers = 100_000;

test("large scenarios get the same report and the same traces from 1, 2 and 4 workers", {
  timeout: 600_000,
}, async () => {
  // A little more, because the counts are those of the last `npm run mutants`.
  const sizes = readLibraryFacts().runs.filter(({ states }) => states > 1.1 * statesForWorkers);
  const large = sizes.flatMap(({ scenario, kernel }) =>
    runsOf([`specs/${scenario}.json`]).filter(({ run }) => run.kernel === kernel),
  );
  const [holds, violates] = [true, false].map((clean) =>
    large.filter(({ run }) => (expectedViolations(run)?.length === 0) === clean),
  );
  assert.ok(holds?.[0] !== undefined && violates?.[0] !== undefined);
  const runs = withSomeKernels(isNightly ? large : [holds[0], violates[0]], join(folder, "large"));
  const alone = await check(runs, "1", "large-1");
  const others = [];
  for (const workers of isNightly ? ["2", "4"] : ["4"]) others.push(await check(runs, workers, `large-${workers}`));
  assert.ok(alone.report.results.every(({ states }) => Number(states) > statesForWorkers));
  assert.ok(Object.keys(alone.traces).length > 0);
  for (const together of others) {
    assert.deepEqual(timeless(together.report), timeless(alone.report));
    assert.deepEqual(together.traces, alone.traces);
  }
});

/** What was found in all that was searched. */
function wholeReport(): Report {
  return JSON.parse(readFileSync(join(folder, "all.json"), "utf8")) as Report;
}

/** The traces of these results. */
function tracesOf(results: Report["results"]): Files {
  const written = results.flatMap(({ violations }) => violations as readonly { readonly trace?: string }[]);
  const names = written.flatMap(({ trace }) => (trace === undefined ? [] : [basename(trace)]));
  return Object.fromEntries(names.sort().map((name) => [name, readFileSync(join(folder, "all", name), "utf8")]));
}

async function check(runs: readonly Run[], workers: string, name: string) {
  const out = join(folder, name);
  const files = new Set(runs.map(({ file }) => file));
  const run = await exclusiveCheck(...files, "--json", "--workers", workers, "--out", out);
  assert.deepEqual([run.code, run.stderr], [0, ""]);
  return { report: JSON.parse(run.stdout) as Report, traces: filesIn(out) };
}

/** A line with a time may break at another place. */
function onOneLine(text: string): string {
  return withoutTimes(text).replaceAll(/\s+/g, " ");
}

/** Those of the searched runs that are among these; every night all. */
function compared(runs: () => readonly Run[]): readonly Run[] {
  if (isNightly) return searched;
  const names = new Set(runs().map(titleOf));
  return searched.filter((run) => names.has(titleOf(run)));
}

test("the page gives the verdicts, the counts and byte for byte the traces of the executable, in scenarios with every operation", {
  skip: noBrowser,
  timeout: 600_000,
}, async (t) => {
  const { results } = wholeReport();
  const browser = await openBrowser();
  try {
    const { call } = await openPlayground(t, browser.context);
    for (const [at, { file, spec, run }] of compared(operatingRuns).entries()) {
      const nothing = { with: [], without: [], edits: [], properties: [], options: {} };
      const question = { file, text: spec.text, kernels: [run.kernel], ...nothing };
      const answer = await call("check", question, () => {});
      assert.ok(answer.ok, file);
      const own = results.filter((one) => one.spec === spec.name && one.kernel === run.kernel);
      assert.equal(own.length, 1);
      assert.deepEqual(timeless(JSON.parse(answer.value.json) as Report), timeless({ results: own }), file);
      if (at % 20 === 0) {
        // The rest of the reports is compared without a browser (test/playground/check.test.ts).
        const shown = answer.value.results.map(({ text }) => text).join("") + answer.value.summary;
        const printed = (await checkByCommandLine(file, "--kernel", run.kernel)).stdout;
        assert.equal(onOneLine(shown), onOneLine(withoutCommands(printed)), file);
      }
      const traces = answer.value.results.flatMap((result) => result.traces);
      assert.deepEqual(Object.fromEntries(traces.map(({ name, text }) => [name, text])), tracesOf(own));
    }
  } finally {
    await browser.close();
  }
});

test("the traces of scenarios with every operation replay", { timeout: 300_000 }, async () => {
  const out = join(folder, "all");
  const runs = new Set(compared(violatingRuns).map(({ spec, run }) => `${spec.name} ${run.kernel}`));
  const names = Object.keys(
    tracesOf(wholeReport().results.filter(({ spec, kernel }) => runs.has(`${spec} ${kernel}`))),
  );
  assert.ok(names.length > 20);
  // In this process: the executable takes longer to start than to replay. Another test replays through it.
  for (const name of names)
    assert.deepEqual([name, (await commandLine("replay", join(out, name), "--quiet")).code], [name, 0]);
});

test("every counterexample of the shipped scenarios fits a plain-text mail, is complete and names actor and property", () => {
  const traces = Object.entries(filesIn(join(folder, "all")));
  assert.ok(traces.length > 20);
  for (const [name, text] of traces) {
    const trace = parseTrace(text, name);
    const story = tellStory(trace).join(" ");
    const actors = trace.violation.blocked?.map(({ actor }) => actor) ?? [trace.steps.at(-1)?.actor ?? ""];
    for (const part of [`violates ${trace.property}`, ...actors]) assert.ok(story.includes(part), `${name}: ${story}`);

    const colors = new Chalk({ level: 0 });
    const [brief, full] = [false, true].map((all) => renderCounterexample(trace, { colors, full: all }));
    for (const line of [...(brief ?? []), ...(full ?? [])]) assert.match(line, /^[ -~]{0,80}$/, name);
    const bare = (text: string) => text.replaceAll(/[ |]/g, "");
    const [shown, shownInFull] = [bare((brief ?? []).join("")), bare((full ?? []).join(""))];
    for (const { matters, label, changes } of trace.steps) {
      const told = changes.filter(({ kind }) => kind === "shared").map(compactChange);
      for (const part of [label, ...told].map(bare)) {
        assert.ok(shownInFull.includes(part), `${name}: ${part}`);
        assert.ok(!matters || shown.includes(part), `${name}: ${part}`);
      }
    }
  }
});

test("every drawing of a shipped scenario's counterexample has 72 columns and 40 lines, and shows how it ends", () => {
  for (const [name, text] of Object.entries(filesIn(join(folder, "all")))) {
    const trace = parseTrace(text, name);
    const lines = mailText(trace);
    assert.ok(lines.length <= 40, `${name}: ${lines.length} lines`);
    for (const line of lines) assert.match(line, /^[ -~]{0,72}$/, name);
    const { kind, blocked = [] } = trace.violation;
    const all = lines.join(" ").replaceAll(/ +/g, " ");
    const end = kind === "deadlock" ? "waits for" : `violates ${trace.property}`;
    assert.ok(all.includes(end), `${name}: ${all}`);
    for (const { label } of [...trace.steps.slice(-1), ...blocked]) assert.ok(all.includes(label), `${name}: ${label}`);
  }
});

test("the executable replays a trace that it wrote, and refuses it if a value in it is changed", async () => {
  const path = join(folder, "all", required(readdirSync(join(folder, "all"))[0], "a trace"));
  assert.equal((await exclusiveCheck("replay", path)).code, 0);
  const trace = JSON.parse(readFileSync(path, "utf8")) as { steps: { changes: { new: string }[] }[] };
  const step = trace.steps.findIndex(({ changes }) => changes.length > 0);
  const change = trace.steps[step]?.changes[0];
  assert.ok(change !== undefined);
  change.new = `${change.new}0`;
  const edited = join(folder, "edited.trace.json");
  writeFileSync(edited, JSON.stringify(trace));
  const { code, stdout } = await exclusiveCheck("replay", edited);
  assert.equal(code, 1);
  assert.match(stdout, new RegExp(`at step ${step + 1} the trace differs in changes\\[0\\]\\.new`));
});

test("the executable lists the procedures of the model with their steps", async () => {
  const { code, stdout } = await exclusiveCheck("list", "procedures", "--json");
  assert.equal(code, 0);
  const procedures = JSON.parse(stdout) as { name: string; steps: { label: string }[] }[];
  for (const name of [
    "dup_mmap",
    "try_to_protect_one",
    "make_device_exclusive",
    "dmirror_exclusive",
    "move_page_tables",
  ])
    assert.ok((procedures.find((procedure) => procedure.name === name)?.steps.length ?? 0) > 0, name);
});

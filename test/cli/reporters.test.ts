import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Ajv } from "ajv";
import { Chalk } from "chalk";
import { traceFormats } from "../../src/reporters/names.ts";
import { reporters } from "../../src/reporters/registry.ts";
import { runCli, spawnCli } from "../fixtures/run-cli.ts";

const twoLocks = "test/fixtures/specs/stand-in/two-locks.json";
const endless = "test/fixtures/specs/stand-in/endless.json";
const folder = mkdtempSync(join(tmpdir(), "exclusive-check-"));
after(() => rmSync(folder, { recursive: true }));

let folders = 0;
function newFolder(): string {
  return join(folder, String(folders++));
}

/** The scenario with some keys replaced, as a file of its own and of one line. */
function variant(changes: Readonly<Record<string, unknown>>): string {
  const path = join(folder, `variant-${folders++}.json`);
  writeFileSync(path, JSON.stringify({ ...(JSON.parse(readFileSync(twoLocks, "utf8")) as object), ...changes }));
  return path;
}

function surprising(): string {
  return variant({ kernels: { v8: "holds" } });
}

function schema(name: string): object {
  return JSON.parse(readFileSync(`schema/${name}.schema.json`, "utf8")) as object;
}

interface Line {
  readonly event: string;
  readonly kernel?: string;
  readonly seconds?: number;
}

test("ndjson writes a line for each beginning and end, and each line is valid by its schema", async () => {
  const validate = new Ajv({ allowUnionTypes: true })
    .addSchema(schema("report"), "report.schema.json")
    .compile(schema("progress"));
  const { stdout, code } = await runCli([twoLocks, "--out", newFolder(), "--reporter", "ndjson"]);
  const lines = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);

  assert.equal(code, 0);
  for (const line of lines) assert.ok(validate(line), JSON.stringify([line, validate.errors]));
  assert.deepEqual(
    lines.map(({ event, kernel = "" }) => `${event} ${kernel}`.trim()),
    ["start v8", "result", "start v5.14", "result", "end"],
  );
});

test("ndjson writes the progress of a long search about once a second, to a file too while the search runs", async () => {
  const validate = new Ajv({ allowUnionTypes: true })
    .addSchema(schema("report"), "report.schema.json")
    .compile(schema("progress"));
  const file = join(newFolder(), "run.ndjson");
  // With symmetries it has an end.
  const args = [endless, "--no-symmetry", "--quiet", "--reporter", `ndjson:${file}`, "--out", newFolder()];
  let during: readonly Line[] = [];
  const isProgress = ({ event }: Line) => event === "progress";
  const { code } = await spawnCli(args, (child) => {
    const watching = setInterval(() => {
      if (!existsSync(file)) return;
      during = readFileSync(file, "utf8")
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line) as Line);
      if (during.filter(isProgress).length < 2) return;
      clearInterval(watching);
      child.kill("SIGINT");
    }, 50);
    child.on("close", () => clearInterval(watching));
  });

  assert.equal(code, 130);
  for (const line of during) assert.ok(validate(line), JSON.stringify(validate.errors));
  const times = during.filter(isProgress).map(({ seconds = 0 }) => seconds);
  assert.ok(times.length > 1);
  for (const [at, time] of times.entries()) assert.ok(time >= (times[at - 1] ?? 0) + 1, times.join());
});

test("several reporters write at once, each to its place", async () => {
  const out = newFolder();
  const into = (name: string) => ["--reporter", `${name}:${join(out, name)}`];
  const names = ["json", "ndjson", "markdown", "junit", "sarif", "github"];
  const args = [surprising(), "--out", out, "--quiet", ...names.flatMap(into)];
  const { code, stdout } = await runCli(args);

  assert.deepEqual([code, stdout], [1, "two-locks on v8: violated, but expected to hold\n"]);
  const read = (name: string) => readFileSync(join(out, name), "utf8");
  assert.match(read("json"), /^\{\n {2}"version"/);
  assert.match(read("ndjson"), /^\{"event":"start"/);
  assert.match(read("markdown"), /^# exclusive-check\n/);
  assert.match(read("junit"), /^<\?xml .*<failure /s);
  assert.match(read("sarif"), /"version": "2\.1\.0"/);
  assert.match(read("github"), /^::error title=two-locks on v8,file=.*,line=1,col=\d+::violated/);
});

test("other formats of a trace are written beside it, and standard output names the files", async () => {
  const out = newFolder();
  const { stdout } = await runCli([twoLocks, "--out", out, "--reporter", "itf", "--reporter", "mermaid"]);

  const file = join(out, "two-locks-v8-no-deadlock");
  assert.deepEqual(readdirSync(out).sort(), [
    "two-locks-v8-no-deadlock.itf.json",
    "two-locks-v8-no-deadlock.mmd",
    "two-locks-v8-no-deadlock.trace.json",
  ]);
  assert.ok(stdout.includes(`  itf: ${file}.itf.json\n`) && stdout.includes(`  mermaid: ${file}.mmd\n`));
  assert.match(stdout, /^two-locks on v8: violated, as expected$/m);
});

test("a file named for a format of one trace gets the first trace, and numbered files get the others", async () => {
  const out = newFolder();
  const file = join(out, "v2.0.itf.json");
  const properties = ["no-deadlock", { name: "few", expr: "counter < 1" }];
  const args = ["--reporter", `itf:${file}`, "--all-violations", "--kernel", "v8"];
  const { stdout } = await runCli([variant({ properties, kernels: { v8: null } }), "--out", out, ...args]);
  const written = readdirSync(out).filter((name) => name.endsWith(".itf.json"));

  assert.deepEqual(written.sort(), ["v2-2.0.itf.json", "v2.0.itf.json"]);
  const found = [...stdout.matchAll(/^ {2}(\S+) is violated after (\d+) steps/gm)].map(([, name, steps]) => [
    name,
    steps,
  ]);
  for (const [number, name] of ["v2.0.itf.json", "v2-2.0.itf.json"].entries()) {
    const { "#meta": meta } = JSON.parse(readFileSync(join(out, name), "utf8")) as { "#meta": { description: string } };
    assert.ok(meta.description.includes(`: ${found[number]?.[0]} is violated`), meta.description);
  }
});

test("convert writes a trace in another format, to standard output or to a file", async () => {
  const out = newFolder();
  await runCli([twoLocks, "--out", out, "--kernel", "v8", "--reporter", "itf"]);
  const trace = join(out, "two-locks-v8-no-deadlock.trace.json");

  const { code, stdout } = await runCli(["convert", trace, "--to", "itf"]);
  assert.deepEqual([code, stdout], [0, readFileSync(join(out, "two-locks-v8-no-deadlock.itf.json"), "utf8")]);

  const file = join(out, "trace.md");
  const quiet = await runCli(["convert", trace, "--to", "markdown", "--output", file]);
  assert.deepEqual([quiet.code, quiet.stdout], [0, ""]);
  assert.match(readFileSync(file, "utf8"), /^# two-locks on v8: no-deadlock is violated\n/);
});

test("a trace can be converted to every format for one trace that a reporter writes", () => {
  const names = reporters.filter(({ ofTrace, besideTraces }) => ofTrace !== undefined || besideTraces !== undefined);
  assert.deepEqual(names.map(({ name }) => name).sort(), [...traceFormats].sort());
});

test("an impossible format for a trace is an error, and so is a file that is not a trace", async () => {
  const format = await runCli(["convert", twoLocks, "--to", "junit"]);
  assert.equal(format.code, 2);
  assert.match(format.stderr, /'junit' is invalid\. Expected mail, markdown, html, mermaid or itf\./);

  const trace = await runCli(["convert", twoLocks, "--to", "itf"]);
  assert.deepEqual([trace.code, /this is a scenario; expected a trace/.test(trace.stderr)], [2, true]);
});

test("on GitHub Actions annotations go to standard error and the matrix to the job's summary by default", async () => {
  const summary = join(newFolder(), "..", `summary-${folders}.md`);
  writeFileSync(summary, "before\n");
  const env = { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: summary };
  const { stdout, stderr } = await runCli([surprising(), "--json", "--out", newFolder()], env);

  assert.equal(typeof JSON.parse(stdout), "object");
  assert.match(
    stderr,
    /^::error title=two-locks on v8,file=[^,]+,line=1,col=\d+::violated, but expected to hold%0A[^\n]+\n$/,
  );
  assert.match(
    readFileSync(summary, "utf8"),
    /^before\n# exclusive-check\n\n\| scenario \| v8 \|\n[^\n]+\n\| two-locks \| :x: violated/,
  );
});

test("on GitHub Actions requested annotations come once, and a summary that cannot be written is no error", async () => {
  const env = { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: join(folder, "no", "such", "folder") };
  const args = [surprising(), "--reporter", "github", "--out", newFolder()];
  const { code, stdout, stderr } = await runCli(args, env);

  assert.equal(code, 1);
  assert.match(stdout, /^::error [^\n]+\n$/);
  assert.match(stderr, /^the job's summary could not be written: there is no such file\n/);
});

test("a summary file that is a FIFO without a reader does not block the run", { timeout: 20_000 }, async () => {
  const fifo = join(newFolder(), "..", `summary-${folders}.fifo`);
  execFileSync("mkfifo", [fifo]);
  const env = { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: fifo };
  const { code, stderr } = await runCli([twoLocks, "--quiet", "--out", newFolder()], env);

  assert.equal(code, 0);
  assert.match(stderr, /the job's summary could not be written: .* a FIFO that no process reads\n$/);
});

test("outside GitHub Actions there are no annotations", async () => {
  const { stdout, stderr } = await runCli([surprising(), "--out", newFolder()]);

  assert.equal(stderr, "");
  assert.doesNotMatch(stdout, /^::/m);
});

test("a run that a signal ends before its first result has a report in every format", () => {
  for (const { name, open } of reporters) {
    const reporter = open?.({ colors: new Chalk({ level: 0 }), quiet: false, several: true });
    assert.equal(typeof (reporter?.onEnd({ version: "1.2.3", results: [] }) ?? ""), "string", name);
  }
});

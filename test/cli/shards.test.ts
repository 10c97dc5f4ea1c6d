/** The reports of all shards, merged, are the report of one run. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { commandLine } from "../fixtures/command-line.ts";
import { type Ended, runCli } from "../fixtures/run-cli.ts";

const folder = mkdtempSync(join(tmpdir(), "exclusive-check-"));
after(() => rmSync(folder, { recursive: true }));

const original = JSON.parse(readFileSync("test/fixtures/specs/stand-in/two-locks.json", "utf8")) as object;

let folders = 0;
function newFolder(): string {
  return join(folder, String(folders++));
}

/** A folder of scenarios, each with these kernels. */
function scenarios(kernels: Readonly<Record<string, object>>): string {
  const specs = mkdtempSync(join(folder, "specs-"));
  for (const [name, some] of Object.entries(kernels))
    writeFileSync(join(specs, `${name}.json`), JSON.stringify({ ...original, name, kernels: some }));
  return specs;
}

const [holds, violates] = [{ holds: true }, { violates: ["no-deadlock"] }];
const asExpected = { a: { v8: violates, "v5.14": holds }, b: { "v6.4": holds }, c: { v8: violates, "v6.15": holds } };
const surprising = { ...asExpected, d: { v8: holds } };

/** Runs each shard and returns the files of their reports. */
async function shards(of: number, out: string, ...args: readonly string[]): Promise<readonly string[]> {
  const files = Array.from({ length: of }, (_, shard) => join(out, `shard-${shard + 1}.json`));
  for (const [shard, file] of files.entries())
    await runCli([...args, "--out", out, "--quiet", "--reporter", `json:${file}`, "--shard", `${shard + 1}/${of}`]);
  return files;
}

function withoutTimes({ stdout, code }: Ended): readonly [string, number | null] {
  const text = stdout
    .replace(/"(seconds|statesPerSecond)": [\d.e+-]+/g, '"$1": 0')
    .replace(/ time="[\d.]+"/g, "")
    .replace(/\b[\d.,]+ (ms|s|states\/s)\b/g, "0 $1");
  return [text, code];
}

test("for any number of shards, the merged report and the exit code are those of one run", async () => {
  for (const [kernels, awaited] of [
    [asExpected, 0],
    [surprising, 1],
  ] as const) {
    const [specs, out] = [scenarios(kernels), newFolder()];
    const forms = [[], ["--json"]];
    const whole = await inEachForm([specs, "--out", out], forms);
    assert.ok(whole.every(([, code]) => code === awaited));
    for (const of of [1, 2, 9]) {
      const files = await shards(of, out, specs);
      assert.deepEqual(await inEachForm(["merge", ...files.toReversed()], forms), whole, `${of} shards`);
    }
  }
});

test("the merged report is that of one run in every form", async () => {
  const [specs, out] = [scenarios({ d: { v8: holds }, e: { "v5.14": holds } }), newFolder()];
  const forms = [["--quiet"], ["--full"], ...["sarif", "junit", "markdown"].map(reporter)];
  const files = await shards(2, out, specs);
  assert.deepEqual(await inEachForm(["merge", ...files], forms), await inEachForm([specs, "--out", out], forms));
});

test("a merged report has the loops of runs that never end", async () => {
  const out = newFolder();
  const files = ["specs/without-driver-gives-up.json", "specs/request-after-load.json"];
  const check = (...more: readonly string[]) => commandLine(...files, "--kernel", "v6.4", "--out", out, ...more);
  const shard = (number: number) => join(out, `shard-${number}.json`);
  const whole = await check("--reporter", "sarif");
  for (const number of [1, 2]) await check("--reporter", `json:${shard(number)}`, "--shard", `${number}/2`);
  const merged = await commandLine("merge", shard(1), shard(2), "--reporter", "sarif");
  assert.match(whole.stdout, /"loopBegins": \d+/);
  assert.deepEqual(withoutTimes(merged), withoutTimes(whole));
});

async function inEachForm(
  args: readonly string[],
  forms: readonly (readonly string[])[],
): Promise<readonly (readonly [text: string, code: number | null])[]> {
  const ended: (readonly [string, number | null])[] = [];
  for (const form of forms) ended.push(withoutTimes(await runCli([...args, ...form])));
  return ended;
}

function reporter(name: string): readonly string[] {
  return ["--reporter", name];
}

test("searches that stopped at a limit give the same advice and the exit code 3", async () => {
  const specs = scenarios({ a: { "v5.14": holds }, b: { "v6.4": holds } });
  const out = newFolder();
  const limit = ["--max-states", "5"];
  const files = await shards(2, out, specs, ...limit);
  for (const form of [[], ["--json"]]) {
    const whole = await runCli([specs, "--out", out, ...limit, ...form]);
    assert.equal(whole.code, 3);
    assert.deepEqual(withoutTimes(await runCli(["merge", ...files, ...form])), withoutTimes(whole));
  }
});

test("traces are found beside the report, and a violation is reported without them too", async () => {
  const specs = scenarios(surprising);
  const out = newFolder();
  const files = await shards(2, out, specs);
  const whole = await runCli(["merge", ...files]);
  assert.match(whole.stdout, /d on v8.*: no-deadlock is violated/);

  const elsewhere = mkdtempSync(join(folder, "elsewhere-"));
  for (const file of readdirSync(out)) writeFileSync(join(elsewhere, file), readFileSync(join(out, file)));
  const moved = files.map((file) => file.replace(out, elsewhere));
  rmSync(out, { recursive: true });
  assert.deepEqual(await runCli(["merge", ...moved]), whole);

  for (const file of readdirSync(elsewhere).filter((name) => name.endsWith(".trace.json")))
    rmSync(join(elsewhere, file));
  const without = await runCli(["merge", ...moved]);
  assert.equal(without.code, 1);
  // How a line breaks depends on the length of the folder's name.
  const inOneLine = without.stdout.replaceAll(/\s+/g, " ");
  assert.match(inOneLine, /d-v8-no-deadlock\.trace\.json is not here, so its steps are not shown/);
  for (const name of ["sarif", "junit", "markdown", "github"])
    assert.match((await runCli(["merge", ...moved, ...reporter(name)])).stdout, /no-deadlock/, name);
});

test("reports that do not belong together are refused, with the place that differs", async () => {
  const specs = scenarios(asExpected);
  const out = newFolder();
  const [one = "", two = ""] = await shards(2, out, specs);
  const [kernel = ""] = await shards(2, newFolder(), specs, "--kernel", "v8", "--all-files");
  const [, ofThree = ""] = await shards(3, newFolder(), specs);
  const otherSpecs = scenarios({ ...asExpected, c: { v8: violates } });
  const [, otherSpec = ""] = await shards(2, newFolder(), otherSpecs);
  const changed = (change: (report: Changeable) => void): string => {
    const report = JSON.parse(readFileSync(two, "utf8")) as Changeable;
    change(report);
    const file = join(out, `changed-${folders++}.json`);
    writeFileSync(file, JSON.stringify(report, null, 2));
    return file;
  };
  const whole = join(out, "whole.json");
  await runCli([specs, "--out", out, "--quiet", "--reporter", `json:${whole}`]);
  const noReport = join(specs, "a.json");
  const cut = join(out, "cut.json");
  writeFileSync(cut, readFileSync(two, "utf8").slice(0, 300));

  const cases: readonly (readonly [files: readonly string[], message: RegExp])[] = [
    [[one], /^error: there is no report of shard 2\/2$/m],
    [[one, two, two], /:\d+:\d+: error: shard 2\/2 is also in .*shard-2\.json/],
    [[one, one], /is also in .*shard-1[\s\S]*there is no report of shard 2\/2/],
    [[one, ofThree], /error: this is one of 3 shards; expected the same as in .*shard-1\.json: 2/],
    [[two, kernel], /error: this run had other options: --kernel v8 --all-files; expected .*: no options/],
    [[one, otherSpec], /error: this run had another scenario here; expected the same as in/],
    [[one, changed(({ shard }) => (shard.tool = "9.9"))], /error: version 9\.9 made this report; expected .*: \d/],
    [
      [one, changed(({ results }) => results.pop())],
      /error: this report has 1 of the 2 runs of shard 2\/2; expected all/,
    ],
    [[one, changed(({ results }) => results.reverse())], /error: this is not the run that shard\.runs names/],
    [[one, changed(({ shard }) => (shard.runs[0] = { ...shard.runs[0], position: 0 }))], /error: run 0 is also in/],
    [[one, changed(({ results }) => (results[0] = { ...results[0], states: -1 }))], /results\.0\.states must be >= 0/],
    [
      [one, changed(({ results }) => (results[0] = { ...results[0], outcome: "good" }))],
      /outcome must be as-expected,/,
    ],
    [[one, whole], /error: this is the report of a whole run; expected the report of a shard/],
    [[one, noReport], /error: this is a scenario; expected a JSON report of a check or of a review/],
    [[one, cut], /cut\.json:\d+:\d+: error: /],
    [[one, join(out, "missing.json")], /missing\.json: error: cannot be read: /],
  ];
  for (const [files, message] of cases) {
    const { code, stdout, stderr } = await runCli(["merge", ...files]);
    assert.deepEqual([code, stdout], [2, ""], String(message));
    assert.match(stderr, message);
  }
});

interface Changeable {
  readonly results: object[];
  readonly shard: { tool: string; readonly runs: object[] };
}

test("a merge does not overwrite a report that it reads", async () => {
  const specs = scenarios(asExpected);
  const [file = ""] = await shards(1, newFolder(), specs);
  const { code, stderr } = await runCli(["merge", file, "--reporter", `json:${file}`]);
  assert.equal(code, 2);
  assert.match(stderr, /would overwrite .*shard-1\.json, which this command reads/);
});

test("a shard says how much it has, and refuses what is no part", async () => {
  const specs = scenarios(asExpected);
  const { stderr, code } = await runCli([specs, "--quiet", "--out", newFolder(), "--shard", "2/2"]);
  assert.deepEqual([stderr, code], ["note: shard 2/2 has 2 of 5 runs\n", 0]);
  const empty = await runCli([specs, "--quiet", "--out", newFolder(), "--shard", "6/9"]);
  assert.deepEqual([empty.stdout, empty.stderr, empty.code], ["", "note: shard 6/9 has 0 of 5 runs\n", 0]);
  for (const [part, message] of [
    ["0/4", "Expected a number from 1 to 4 before the slash."],
    ["5/4", "Expected a number from 1 to 4 before the slash."],
    ["1/0", "Expected a part of all runs, such as 3/16: the third of 16."],
    ["half", "Expected a part of all runs, such as 3/16: the third of 16."],
    ["1/1000000", "Expected at most 100000 parts."],
  ] as const) {
    const wrong = await runCli([specs, "--shard", part]);
    assert.equal(wrong.code, 2);
    assert.ok(wrong.stderr.includes(message), wrong.stderr);
  }
});

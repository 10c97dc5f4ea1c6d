import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Ajv } from "ajv";
import { runCli, spawnCli } from "../fixtures/run-cli.ts";

const specs = "test/fixtures/specs/stand-in";
const twoLocks = `${specs}/two-locks.json`;
const endless = `${specs}/endless.json`;
const folder = mkdtempSync(join(tmpdir(), "exclusive-check-"));
after(() => rmSync(folder, { recursive: true }));

let folders = 0;
function newFolder(): string {
  return join(folder, String(folders++));
}

/** The scenario with some keys replaced, as a file of its own. */
function variant(changes: Readonly<Record<string, unknown>>): string {
  const original = JSON.parse(readFileSync(new URL(`../../${twoLocks}`, import.meta.url), "utf8")) as object;
  const path = join(folder, `variant-${folders++}.json`);
  writeFileSync(path, JSON.stringify({ ...original, ...changes }));
  return path;
}

interface ReportJson {
  readonly results: readonly (Readonly<Record<string, unknown>> & {
    readonly violations: readonly { readonly trace: string }[];
  })[];
}

test("expected verdicts end with 0, and every violation has a trace file that replays", async () => {
  const out = newFolder();
  const { code, stdout, stderr } = await spawnCli([twoLocks, "--out", out, "--full"]);

  assert.equal(stderr, "");
  assert.equal(code, 0);
  assert.match(stdout, /^two-locks on v8: violated, as expected$/m);
  assert.match(stdout, /^two-locks on v5\.14: holds, as expected$/m);
  assert.match(stdout, /no-deadlock is violated after 4 steps: .*two-locks-v8-no-deadlock\.trace\.json/);
  assert.match(stdout, /one waits in add_one: second_lock \(lib\/counter\.c\)/);
  assert.match(stdout, /34 states, 60 transitions, depth 12/);
  assert.match(stdout, /rerun: exclusive-check test\/fixtures\/specs\/stand-in\/two-locks\.json --kernel v8$/m);
  for (const line of stdout.split("\n").filter((text) => !/trace\.json|rerun:/.test(text)))
    assert.ok(line.length <= 80, `longer than 80 columns: ${line}`);
  assert.deepEqual(readdirSync(out), ["two-locks-v8-no-deadlock.trace.json"]);

  const replayed = await spawnCli(["replay", join(out, "two-locks-v8-no-deadlock.trace.json")]);
  assert.deepEqual([replayed.code, replayed.stderr], [0, ""]);
  assert.match(replayed.stdout, /^reproduced: no-deadlock is violated after 4 steps$/m);
});

test("the summary comes first, then one counterexample as a drawing of 72 columns, and how to see more", async () => {
  const properties = ["no-deadlock", { name: "few", expr: "counter < 1" }];
  const file = variant({ properties, kernels: { v8: null, "v5.14": null } });
  const { stdout } = await runCli([file, "--all-violations", "--out", newFolder()]);

  const lines = stdout.trimEnd().split("\n");
  const [summary = [], drawing = []] = [lines.slice(0, lines.indexOf("")), lines.slice(lines.indexOf("") + 1)];
  const found = summary.flatMap((line) => /(\S+) is violated after (\d+) steps/.exec(line)?.slice(1) ?? []);
  assert.deepEqual(
    summary.filter((line) => !line.startsWith(" ")),
    ["two-locks on v8: violated", "two-locks on v5.14: violated"],
  );
  assert.ok(found.length >= 6, summary.join("\n"));
  const title = drawing.slice(0, drawing.indexOf("")).join(" ").replaceAll(/ +/g, " ");
  assert.match(title, /^two-locks on v8 \([^)]+\): (\S+) is violated \(1 of 3\)$/);
  assert.equal(drawing.filter((line) => line.includes("<-- violates") || line.includes("// waits for")).length, 2);
  assert.match(stdout, /\n\nMore: --full shows all 3 counterexamples step by step/);
  for (const line of drawing.slice(
    0,
    drawing.findIndex((text) => text.startsWith("More:")),
  ))
    assert.ok(line.length <= 72, line);
});

test("of several counterexamples an unexpected one is shown, otherwise the shortest", async () => {
  const properties = ["no-deadlock", { name: "few", expr: "counter < 1" }];
  const shown = async (violates: readonly string[]) => {
    const file = variant({ properties, kernels: { v8: { violates } } });
    const { stdout } = await runCli([file, "--all-violations", "--out", newFolder()]);
    const lengths = [...stdout.matchAll(/^ {2}(\S+) is violated after (\d+) steps/gm)];
    const [, name] = /^two-locks on v8 \([^)]+\): (\S+) is\s+violated\s+\(/m.exec(stdout) ?? [];
    const shortest = lengths.toSorted(([, , one], [, , other]) => Number(one) - Number(other))[0]?.[1];
    return { name, shortest };
  };
  assert.equal((await shown(["no-deadlock"])).name, "few");
  assert.equal((await shown(["few"])).name, "no-deadlock");
  const { name, shortest } = await shown(["few", "no-deadlock"]);
  assert.equal(name, shortest);
});

test("the JSON report follows its schema, and is the same for 1, 2 and 4 workers except for times", async () => {
  const schema = JSON.parse(
    readFileSync(new URL("../../schema/report.schema.json", import.meta.url), "utf8"),
  ) as object;
  const validate = new Ajv({ allowUnionTypes: true }).compile(schema);
  const out = newFolder();
  const reports: object[] = [];
  const traces: string[] = [];
  for (const workers of ["1", "2", "4"]) {
    const { stdout, code } = await runCli([twoLocks, "--json", "--out", out, "--workers", workers]);
    const report = JSON.parse(stdout) as ReportJson;
    assert.equal(code, 0);
    assert.ok(validate(report), JSON.stringify(validate.errors));
    assert.ok(report.results.every((result) => String(result.workers) === workers));
    // Each worker holds a block of memory of its own, which shows if there are few states.
    const timeless = report.results.map(({ seconds, statesPerSecond, workers: _, bytesPerState, ...rest }) => rest);
    reports.push(timeless);
    traces.push(
      ...report.results.flatMap(({ violations }) => violations.map(({ trace }) => readFileSync(trace, "utf8"))),
    );
  }
  assert.deepEqual(reports[1], reports[0]);
  assert.deepEqual(reports[2], reports[0]);
  assert.equal(new Set(traces).size, 1);
});

test("an unexpected verdict ends with 1", async () => {
  const out = ["--quiet", "--out", newFolder()];
  const holds = await runCli([variant({ kernels: { v8: "holds" } }), ...out]);
  assert.deepEqual([holds.code, holds.stdout], [1, "two-locks on v8: violated, but expected to hold\n"]);

  const violates = await runCli([variant({ kernels: { "v5.14": { violates: ["counts"] } } }), ...out]);
  assert.deepEqual(
    [violates.code, violates.stdout],
    [1, "two-locks on v5.14: holds, but expected to violate counts\n"],
  );

  const other = await runCli([variant({ kernels: { v8: { violates: ["no-deadlock", "counts"] } } }), ...out]);
  assert.equal(other.code, 1);
});

test("without an expectation a violation ends with 1, and options that change the question remove the expectation", async () => {
  const out = ["--quiet", "--out", newFolder()];
  const none = await runCli([variant({ kernels: { v8: null } }), ...out]);
  assert.deepEqual([none.code, none.stdout], [1, "two-locks on v8: violated\n"]);

  const property = await runCli([twoLocks, "--kernel", "v8", "--property", "no-deadlock", ...out]);
  assert.deepEqual([property.code, property.stdout], [1, "two-locks on v8: violated\n"]);

  const leftOut = await runCli([twoLocks, "--kernel", "v8", "--property", "-no-deadlock", ...out]);
  assert.deepEqual([leftOut.code, leftOut.stdout], [0, "two-locks on v8: holds\n"]);

  const unlisted = await runCli([twoLocks, "--kernel", "v6.4", ...out]);
  assert.deepEqual([unlisted.code, unlisted.stdout], [0, "two-locks on v6.4: holds\n"]);

  const without = await runCli([twoLocks, "--kernel", "v8", "--without", "fork-waits-for-page-lock", ...out]);
  assert.deepEqual([without.code, without.stdout], [0, "two-locks on v8 without fork-waits-for-page-lock: holds\n"]);
});

test("if a state that must be reachable is not reached, the exit code is 1", async () => {
  const sometimes = [{ name: "three have counted", expr: "counter == 3" }];
  const { code, stdout } = await runCli([variant({ sometimes }), "--kernel", "v5.14", "--out", newFolder()]);

  assert.equal(code, 1);
  assert.match(stdout, /holds, but 1 of the states that must be reachable was never reached/);
  assert.match(stdout, /never true: three have counted/);
});

test("a state that is reachable only through a violating step counts as reached, and the report says so", async () => {
  const changes = {
    kernels: { "v5.14": { violates: ["counts"] } },
    properties: [{ name: "counts", sentence: "Nobody counts.", expr: "counter == 0" }],
    sometimes: [
      { name: "nobody has counted", expr: "counter == 0" },
      { name: "both have counted", expr: "counter == 2" },
    ],
  };
  const { code, stdout } = await runCli([variant(changes), "--out", newFolder()]);
  assert.equal(code, 0, stdout);
  assert.match(stdout, /violated, as expected/);
  assert.match(stdout, /reached only through a violation: both have counted/);

  const sometimes = [{ name: "three have counted", expr: "counter == 3" }];
  const never = await runCli([variant({ ...changes, sometimes }), "--out", newFolder()]);
  assert.equal(never.code, 1);
  assert.match(never.stdout, /never true: three have counted/);
});

test("a state space of another size than the expected one ends with 1, and both sizes are named", async () => {
  const out = ["--quiet", "--kernel", "v5.14", "--out", newFolder()];
  const { stdout } = await runCli([twoLocks, "--json", ...out]);
  const [{ states = 0, depth = 0 } = {}] = (JSON.parse(stdout) as { results: { states: number; depth: number }[] })
    .results;
  const checked = (entry: object, ...more: readonly string[]) =>
    runCli([variant({ kernels: { "v5.14": entry } }), ...out, ...more]);

  const same = await checked({ holds: true, states, depth });
  assert.deepEqual([same.code, same.stdout], [0, "two-locks on v5.14: holds, as expected\n"]);
  const others = { states: states + 1000, depth: depth - 1 };
  const differs = `holds, but ${states} states, not 1,0${states}, and depth ${depth}, not ${depth - 1}`;
  for (const entry of [others, { ...others, holds: true }]) {
    const other = await checked(entry);
    assert.deepEqual([other.code, other.stdout], [1, `two-locks on v5.14: ${differs}\n`]);
  }
  const { results } = JSON.parse((await checked(others, "--json")).stdout) as { results: { drifts: unknown }[] };
  assert.deepEqual(results[0]?.drifts, [
    { count: "states", expected: states + 1000, found: states },
    { count: "depth", expected: depth - 1, found: depth },
  ]);
});

test("sizes are not compared if a limit stops the search, or if options change how it counts", async () => {
  const file = variant({ kernels: { "v5.14": { holds: true, states: 1 } } });
  for (const [code, ...args] of [
    [1],
    [3, "--depth", "3"],
    [0, "--no-symmetry"],
    [0, "--property", "counts"],
  ] as const) {
    const ended = await runCli([file, ...args.map(String), "--out", newFolder()]);
    assert.equal(ended.code, code, args.join(" "));
  }
});

test("a search that stops at a limit ends with 3 and names the limit", async () => {
  const out = ["--quiet", "--out", newFolder()];
  const depth = await runCli([twoLocks, "--depth", "3", "--kernel", "v8", ...out]);
  assert.equal(depth.code, 3);
  assert.equal(depth.stdout, "two-locks on v8: incomplete, stopped at the depth limit after 10 states\n");

  const states = await runCli([endless, "--max-states", "1000", ...out]);
  assert.deepEqual([states.code, /the state limit/.test(states.stdout)], [3, true]);

  const timeout = await runCli([endless, "--no-symmetry", "--timeout", "100ms", ...out]);
  assert.deepEqual([timeout.code, /the time limit/.test(timeout.stdout)], [3, true]);
});

test("a value out of its range ends with 4, with a trace that replays", async () => {
  const out = newFolder();
  const args = [twoLocks, "--kernel", "v5.14", "--without", "conversion-keeps-reference", "--out", out];
  const { code, stdout } = await runCli(args);
  assert.equal(code, 4);
  assert.match(
    stdout.replaceAll("\n", " "),
    /takes a value of the model out of its range: counter takes 0\.\.1, not 2/,
  );

  const replayed = await runCli(["replay", "--quiet", join(out, "two-locks-v5.14-range.trace.json")]);
  assert.deepEqual([replayed.code, replayed.stdout], [0, "reproduced: range is violated after 11 steps\n"]);
});

test("an edited trace ends with 1 and the step at which it diverges", async () => {
  const out = newFolder();
  await runCli([twoLocks, "--kernel", "v8", "--out", out]);
  const path = join(out, "two-locks-v8-no-deadlock.trace.json");
  const trace = JSON.parse(readFileSync(path, "utf8")) as { steps: { changes: { new: string }[] }[] };
  const change = trace.steps[1]?.changes[0];
  assert.ok(change);
  change.new = "false";
  writeFileSync(path, JSON.stringify(trace));

  const { code, stdout } = await runCli(["replay", path]);
  assert.equal(code, 1);
  assert.match(stdout, /not reproduced: at step 2 the trace differs in changes\[0\]\.new/);
  assert.match(stdout, /recorded: false\n {2}actually: true/);
  assert.match(stdout, /one in add_one: first_lock, choice 0/);
  const quiet = await runCli(["replay", path, "--quiet"]);
  assert.deepEqual(
    [quiet.code, quiet.stdout.split("\n")[0]],
    [1, stdout.split("\n").find((line) => /^not/.test(line))],
  );
});

test("a trace whose steps end too early is told apart by the sentence of its violation", async () => {
  const out = newFolder();
  await runCli([twoLocks, "--kernel", "v8", "--out", out]);
  const path = join(out, "two-locks-v8-no-deadlock.trace.json");
  const trace = JSON.parse(readFileSync(path, "utf8")) as { readonly violation: { readonly message: string } };
  writeFileSync(path, JSON.stringify({ ...trace, steps: [] }));
  const { code, stdout } = await runCli(["replay", path, "--quiet"]);
  assert.equal(code, 1);
  assert.ok(
    stdout
      .replace(/\n {4}/g, " ")
      .includes(`differs in violation\n  recorded: ${trace.violation.message}\n  actually: nothing`),
    stdout,
  );
});

test("several scenarios end with a matrix, and only unexpected results are shown in full", async () => {
  const { code, stdout } = await runCli([specs, "--max-states", "1000", "--out", newFolder()]);

  assert.equal(code, 3);
  assert.match(stdout, /^ {11}v8 {14}v5\.14\nendless {4}incomplete \(\?\) {2}-\ntwo-locks {2}violated {8}holds$/m);
  assert.doesNotMatch(stdout, /-- one/);
});

test("a report goes to a file if its reporter option names one", async () => {
  const out = newFolder();
  const file = join(out, "deep", "report.json");
  const args = [twoLocks, "--quiet", "--out", out, "--reporter", `json:${file}`];
  const { code, stdout } = await runCli(args);

  assert.equal(code, 0);
  assert.equal(stdout, "two-locks on v8: violated, as expected\ntwo-locks on v5.14: holds, as expected\n");
  assert.equal((JSON.parse(readFileSync(file, "utf8")) as ReportJson).results.length, 2);
});

test("colours follow the options, then FORCE_COLOR, then NO_COLOR, then the stream", async () => {
  const args = [twoLocks, "--quiet", "--kernel", "v5.14", "--out", newFolder()];
  const colored = async (more: readonly string[], env: Readonly<Record<string, string>>) =>
    (await runCli([...args, ...more], env)).stdout.includes("\x1b[");

  assert.equal(await colored([], {}), false);
  assert.equal(await colored([], { FORCE_COLOR: "1" }), true);
  assert.equal(await colored([], { FORCE_COLOR: "0" }), false);
  assert.equal(await colored(["--color"], { NO_COLOR: "1" }), true);
  assert.equal(await colored(["--no-color"], { FORCE_COLOR: "1" }), false);
});

test("--traces says if there are fewer counterexamples of the same length than were asked for", async () => {
  const out = newFolder();
  const { stdout } = await runCli([twoLocks, "--kernel", "v8", "--traces", "5", "--out", out]);
  const files = readdirSync(out).sort();
  assert.deepEqual(files, ["two-locks-v8-no-deadlock.trace.json"]);
  assert.match(stdout, /no-deadlock is violated after 4 steps: .*\n {4}no other one of this length was found\n/);
  assert.match(stdout, /rerun: .* --traces 5$/m);
});

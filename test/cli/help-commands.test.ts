import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { missingCommand } from "../../scripts/library/missing-command.ts";
import { commandLine } from "../fixtures/command-line.ts";
import { runCli, spawnCli } from "../fixtures/run-cli.ts";

const twoLocks = "test/fixtures/specs/stand-in/two-locks.json";
const folder = mkdtempSync(join(tmpdir(), "exclusive-check-"));
after(() => rmSync(folder, { recursive: true }));

test("the scenario that init writes gets the verdicts that it expects", { timeout: 60_000 }, async () => {
  const file = join(folder, "my-race.json");
  const { code, stdout } = await commandLine("init", file);
  assert.equal(code, 0);
  assert.match(stdout, /exclusive-check .*my-race\.json/);
  const checked = await commandLine(file, "--out", join(folder, "out"));
  assert.equal(checked.code, 0, checked.stdout);
  assert.match(checked.stdout, /^my-race on v5\.14: violated, as expected/m);
  assert.match(checked.stdout, /^my-race on v6\.15: violated, as expected/m);
});

test("init makes the folder of its file", async () => {
  const file = join(folder, "new", "deeper", "my-race.json");
  assert.equal((await commandLine("init", file)).code, 0);
  assert.match(readFileSync(file, "utf8"), /"name": "my-race"/);
});

test("init does not change an existing file", async () => {
  const file = join(folder, "mine.json");
  writeFileSync(file, "mine");
  const { code, stderr } = await runCli(["init", file]);
  assert.equal(code, 2);
  assert.match(stderr, /already exists/);
  assert.equal(readFileSync(file, "utf8"), "mine");
});

test("explain describes each kind of thing, with its steps", async () => {
  assert.match(
    (await commandLine("explain", "no-deadlock")).stdout,
    /^no-deadlock: a property[\s\S]*some step can be taken/,
  );
  const operation = (await commandLine("explain", "munmap")).stdout;
  assert.match(operation, /^munmap: an operation of a thread[\s\S]*In a scenario: \{"munmap":"buf"\}/);
  assert.match(operation, /zap_pte_range buf\[0\] - clears the entry under the PTL/);
  const older = (await commandLine("explain", "fork", "--kernel", "v8")).stdout;
  assert.match(older, /lock_page/);
  assert.doesNotMatch((await commandLine("explain", "fork")).stdout, /copy_pte_range[\s\S]* lock_page/);
  const feature = (await commandLine("explain", "fork-waits-for-page-lock")).stdout;
  assert.match(feature, /a feature of v8\n[\s\S]*v8 has only with it:\n[\s\S]*copy_pte_range: lock_page\n/);
  assert.match(
    (await commandLine("explain", "try_to_protect")).stdout,
    /a procedure \(mm\/rmap\.c\)[\s\S]*v5\.14, v6\.4 only/,
  );
  const needs = (await commandLine("explain", "remove_device_exclusive_entry")).stdout;
  assert.match(needs, /restore under the PTL - [\s\S]*pte_same\): needed in [\w-]+ on v[\d.]+\s+\([a-z-]+/);
  for (const line of operation.split("\n")) assert.ok(line.length <= 80, line);
});

test("explain shows a procedure's steps of one kernel, and refuses a kernel that lacks it", async () => {
  const asked = (kernel: string) => commandLine("explain", "try_to_protect", "--kernel", kernel);
  const older = (await asked("v5.14")).stdout;
  assert.match(older, /^try_to_protect: a procedure \(mm\/rmap\.c\) on v5\.14\n/);
  const all = (await commandLine("explain", "try_to_protect")).stdout;
  const stepsOf = (text: string) => text.split("\n").filter((line) => /^ {2}\S.* - /.test(line)).length;
  assert.ok(stepsOf(older) > 0 && stepsOf(older) <= stepsOf(all));
  const { code, stderr } = await asked("v6.15");
  assert.equal(code, 2);
  assert.match(stderr, /v6\.15 does not have the procedure try_to_protect\n.*it is in .*v5\.14/);
});

test("explain shows the effects that a step has on one kernel", async () => {
  const explained = async (...choice: readonly string[]) =>
    (await commandLine("explain", "remove_device_exclusive_entry", ...choice)).stdout.replace(/\n {8}/g, " ");
  const older = /restore under the PTL .*\n.*\n? *effects: .*adding a mapping/;
  assert.match(await explained(), older);
  assert.match(await explained("--kernel", "v6.4"), older);
  assert.doesNotMatch(await explained("--kernel", "v6.15"), /adding a mapping/);
});

test("explain suggests a name for a mistyped one", async () => {
  const { code, stderr } = await runCli(["explain", "munmpa"]);
  assert.equal(code, 2);
  assert.match(stderr, /did you mean munmap\?/);
});

test("graph draws every state and step of a small scenario, and says if there are more", async () => {
  const whole = await runCli(["graph", twoLocks, "--kernel", "v8"]);
  assert.deepEqual([whole.code, whole.stderr], [0, ""]);
  const checked = JSON.parse((await runCli([twoLocks, "--kernel", "v8", "--json", "--all-violations"])).stdout);
  const { states, transitions } = checked.results[0];
  const lines = whole.stdout.split("\n");
  assert.equal(lines.filter((line) => /^ {2}\d+ \[/.test(line)).length, states);
  assert.equal(lines.filter((line) => line.includes(" -> ")).length, transitions);
  assert.match(whole.stdout, /deadlock/);
  const part = await runCli(["graph", twoLocks, "--kernel", "v8", "--max-states", "3"]);
  assert.equal(part.code, 3);
  assert.match(part.stderr, /only the first 3 states/);
});

test("coverage counts every transition of the search once", async () => {
  const { code, stdout } = await runCli(["coverage", twoLocks, "--kernel", "v8", "--json"]);
  assert.equal(code, 0);
  const steps = JSON.parse(stdout) as readonly { times: number }[];
  const checked = JSON.parse((await runCli([twoLocks, "--kernel", "v8", "--json", "--all-violations"])).stdout);
  const { transitions } = checked.results[0];
  assert.equal(
    steps.reduce((sum, { times }) => sum + times, 0),
    transitions,
  );
  assert.match((await runCli(["coverage", twoLocks, "--kernel", "v8"])).stdout, /of \d+ steps were taken/);
});

function optionsIn(help: string): readonly string[] {
  return [...help.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, name]) => name ?? "");
}

test("the manual page describes every command, option and exit code", async () => {
  const page = (await runCli(["man"])).stdout.replaceAll("\\-", "-");
  assert.match(page, /^\.TH EXCLUSIVE-CHECK 1/);
  for (const name of optionsIn((await runCli(["--help"])).stdout)) assert.ok(page.includes(name), name);
  for (const command of ["replay <file>", "explain <name>", "list <what>"]) assert.ok(page.includes(`.B ${command}`));
  for (const code of ["0", "1", "2", "3", "4", "130, 143"]) assert.ok(page.includes(`.TP\n.B ${code}\n`), code);
  // A line that begins like a request but is not one would be lost.
  for (const [request] of page.matchAll(/^[.'].*$/gm)) assert.match(request, /^\.(TH|SH|SS|B|I|RI|br|PP|TP)( |$)/);
});

const withoutGroff = missingCommand([["groff", "--version"]], "groff-base") ?? false;

test("groff reads the manual page without a warning", { skip: withoutGroff }, async () => {
  const page = (await runCli(["man"])).stdout;
  const { stdout, stderr } = spawnSync("groff", ["-man", "-Tascii", "-P-cbou", "-ww"], {
    input: page,
    encoding: "utf8",
  });
  assert.equal(stderr, "");
  assert.match(stdout, /--max-states/);
});

test("--watch checks again after a change, survives mistakes in the file, and ends at a signal", {
  timeout: 60_000,
}, async () => {
  const file = join(folder, "watched.json");
  const right = readFileSync(twoLocks, "utf8");
  writeFileSync(file, right);
  const ended = await spawnCli([file, "--watch", "--quiet", "--out", join(folder, "watched")], (child) => {
    // Done after this was printed.
    const steps: [awaited: string, act: () => void][] = [
      ["waiting for a change", () => writeFileSync(file, "{ nonsense")],
      ["watched.json:1:3: error", () => {}],
      ["waiting for a change", () => writeFileSync(file, right.replace('"two-locks"', '"mended"'))],
      ["mended on v8: violated, as expected", () => child.kill("SIGINT")],
    ];
    let printed = "";
    const onText = (text: string) => {
      printed += text;
      for (let [next] = steps; next !== undefined && printed.includes(next[0]); [next] = steps) {
        printed = printed.slice(printed.indexOf(next[0]) + next[0].length);
        steps.shift();
        next[1]();
      }
    };
    child.stdout?.on("data", onText);
    child.stderr?.on("data", onText);
  });
  assert.equal(ended.code, 130);
  assert.match(ended.stdout, /^mended on v8: violated, as expected$/m);
});

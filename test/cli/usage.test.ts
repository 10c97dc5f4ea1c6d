import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { runCli } from "../fixtures/run-cli.ts";

const twoLocks = "test/fixtures/specs/stand-in/two-locks.json";
const folder = mkdtempSync(join(tmpdir(), "exclusive-check-"));
after(() => rmSync(folder, { recursive: true }));
const notATrace = join(folder, "x.trace.json");
writeFileSync(notATrace, "{ nonsense");
const aTrace = join(folder, "trace.json");
writeFileSync(aTrace, '{ "format": "exclusive-check-trace", "steps": [] }');
const aReport = join(folder, "report.json");
writeFileSync(aReport, '{ "version": "0.1.0", "results": [] }');

const mistakes: readonly (readonly [what: string, args: readonly string[], says: RegExp])[] = [
  [
    "no arguments",
    [],
    /name a scenario to check, [\s\S]*`exclusive-check init my-race\.json`[\s\S]*`exclusive-check help`/,
  ],
  ["no scenario", ["--quiet"], /missing required argument 'spec'[\s\S]*`exclusive-check help`/],
  ["a list of nothing", ["list"], /missing required argument 'what'[\s\S]*`exclusive-check help list`/],
  ["a kernel to explain", ["explain", "v6.12"], /no property[\s\S]*`exclusive-check list kernels` explains/],
  ["a scenario to explain", ["explain", "fork-race"], /no property[\s\S]*`exclusive-check why specs\/fork-race\.json`/],
  ["a verb without an edit", [twoLocks, "--edit", "move"], /an edit has the form: move PROCEDURE: STEP before STEP/],
  ["the word check alone", ["check"], /there is no file "check"/],
  ["help for a mistyped command", ["help", "replya"], /there is no command "replya"[\s\S]*did you mean `replay`\?/],
  ["help for a strange word", ["help", "everything"], /the commands are .*replay, .*explain, /],
  ["a file that is not there", ["test/fixtures/specs/stand-in/two-lock.json"], /did you mean .*two-locks\.json\?/],
  ["the word check mistyped", ["chek", twoLocks], /did you mean the command `check`\?/],
  ["a mistyped command", ["replya", "x"], /did you mean the command `replay`\?/],
  ["a mistyped option", [twoLocks, "--kernl", "v8"], /\n {2}hint: did you mean --kernel\?/],
  ["an unknown kernel", [twoLocks, "--kernel", "v64"], /no such kernel\. Did you mean v6\.4\?/],
  ["an unknown feature", [twoLocks, "--without", "restore-notify"], /Did you mean restore-notifies\?/],
  ["an unknown property", [twoLocks, "--property", "count"], /did you mean counts\?/],
  ["an unknown property to leave out", [twoLocks, "--property", "-count"], /did you mean counts\?/],
  ["no property left", [twoLocks, "--property", "counts", "--property", "-counts"], /leaves out everything/],
  ["an unknown reporter", [twoLocks, "--reporter", "jsno"], /did you mean json\?/],
  [
    "two reporters on one stream",
    [twoLocks, "--json", "--reporter", "pretty"],
    /two reporters write to standard output/,
  ],
  ["a feature on and off", [twoLocks, "--with", "fault-locks-page", "--without", "fault-locks-page"], /contradict/],
  ["a number that is none", [twoLocks, "--depth", "many"], /whole number, at least 1/],
  ["no workers", [twoLocks, "--workers", "0"], /whole number, at least 1/],
  ["a size that is none", [twoLocks, "--memory", "lots"], /a size such as 4GiB/],
  ["a time that is none", [twoLocks, "--timeout", "soon"], /a time such as 10m/],
  ["an out folder that is a file", [twoLocks, "--out", twoLocks], /--out .* cannot be written/],
  ["an export to nothing", ["export", twoLocks], /required option '--to <language>' not specified/],
  ["an export to a language that is none", ["export", "--to", "tla", twoLocks], /Expected promela\./],
  ["an export of no file", ["export", "--to", "promela", "two-locks"], /there is no file "two-locks"/],
  ["an export of a folder", ["export", "--to", "promela", "specs"], /export takes one scenario, and specs holds \d+/],
  ["an export under several kernels", ["export", "--to", "promela", twoLocks], /choose one with --kernel: v8, v5\.14/],
  [
    "an export to where nothing can be",
    ["export", "--to", "promela", twoLocks, "--kernel", "v8", "-o", `${twoLocks}/x`],
    /--output .* cannot be written/,
  ],
  ["an export to a mistyped language", ["export", "--to", "promella", twoLocks], /Did you mean promela\?/],
  ["a conversion to a mistyped format", ["convert", "--to", "mial", notATrace], /Did you mean mail\?/],
  ["a thing that cannot be listed", ["list", "kernel"], /^error: the value 'kernel' is invalid.* Did you mean kernels/],
  ["a trace that is not there", ["replay", "nowhere.json"], /there is no such file/],
  ["a trace that is not JSON", ["replay", notATrace], /x\.trace\.json:1:3: error/],
  ["a scenario as a trace", ["convert", "--to", "mail", twoLocks], /this is a scenario; expected a trace/],
  ["a trace as a scenario", ["simulate", aTrace], /this is a trace; [\s\S]*hint: `exclusive-check replay .*` executes/],
  ["a report as a scenario", [aReport], /^.*:1:1: error: this is a report; expected a scenario\n.*\n.*\^\n$/],
  [
    "a scenario with several kernels to explore",
    ["replay", twoLocks],
    /names 2 kernels[\s\S]*choose one with --kernel: v8, v5\.14/,
  ],
  [
    "a scenario to explore without a terminal",
    ["replay", twoLocks, "--kernel", "v8", "-i"],
    /--interactive needs a terminal/,
  ],
];

for (const [what, args, says] of mistakes) {
  test(`${what} ends with 2, one message and no stack`, async () => {
    const { code, stdout, stderr } = await runCli(args);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, says);
    assert.doesNotMatch(stderr, /\n {4}at /);
  });
}

test("--help shows examples and the exit codes", async () => {
  const { code, stdout } = await runCli(["--help"]);
  assert.equal(code, 0);
  for (const part of ["Examples:", "Exit codes:", "--without <feature>", "replay", "130, 143"])
    assert.ok(stdout.includes(part), part);
});

test("`help` prints what --help prints, for the program and for a command", async () => {
  for (const [words, options] of [
    [["help"], ["--help"]],
    [["help", "check"], ["--help"]],
    [
      ["help", "replay"],
      ["replay", "--help"],
    ],
    [
      ["help", "help"],
      ["help", "--help"],
    ],
  ] as const) {
    const [asked, expected] = [await runCli(words), await runCli(options)];
    assert.deepEqual([asked.code, asked.stderr, asked.stdout], [0, "", expected.stdout]);
    assert.match(asked.stdout, /^Usage: exclusive-check/);
  }
});

test("a check is the same with the word check before it, and without .json after it", async () => {
  const options = ["--kernel", "v8", "--quiet", "--out", folder];
  const usual = await runCli([twoLocks, ...options]);
  assert.equal(usual.code, 0);
  for (const words of [["check", twoLocks], [twoLocks.replace(".json", "")], ["check", twoLocks.replace(".json", "")]])
    assert.deepEqual(await runCli([...words, ...options]), usual);
});

test("a folder named check can be checked, alone or after the word", async () => {
  const inside = join(folder, "check");
  mkdirSync(inside);
  copyFileSync(twoLocks, join(inside, "two-locks.json"));
  const started = process.cwd();
  process.chdir(folder);
  try {
    for (const words of [["check"], ["check", "check"]]) {
      const { code, stdout } = await runCli([...words, "--quiet", "--kernel", "v8"]);
      assert.deepEqual([code, stdout], [0, "two-locks on v8: violated, as expected\n"]);
    }
  } finally {
    process.chdir(started);
  }
});

test("export writes a program to standard output, or to a file", async () => {
  const args = ["export", "--to", "promela", twoLocks, "--kernel", "v8", "--property", "counts"];
  const shown = await runCli(args);
  assert.deepEqual([shown.code, shown.stderr], [0, ""]);
  assert.match(shown.stdout, /^\/\* The scenario two-locks on v8 \*\/\n/);
  const file = join(folder, "two-locks.pml");
  const written = await runCli([...args, "-o", file]);
  assert.deepEqual([written.code, written.stdout], [0, ""]);
  assert.equal(readFileSync(file, "utf8"), shown.stdout);
});

test("the command `list` prints names, for people and as JSON", async () => {
  const people = await runCli(["list", "features"]);
  assert.match(people.stdout, /^restore-notifies +A fault that restores/m);
  const json = await runCli(["list", "procedures", "--json"]);
  const [first] = JSON.parse(json.stdout) as { name: string; file: string }[];
  assert.deepEqual([first?.name, first?.file], ["add_one", "lib/counter.c"]);
});

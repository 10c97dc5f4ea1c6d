import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { parseTrace } from "../../src/trace/parse-trace.ts";
import { traceText } from "../../src/trace/write-trace.ts";
import { commandLine } from "../fixtures/command-line.ts";
import { faultRace } from "../fixtures/fault-race.ts";
import { openTerminal, type TerminalSession, withoutTmux } from "../fixtures/tmux.ts";

const folder = mkdtempSync(join(tmpdir(), "exclusive-check-"));
const file = join(folder, "race.trace.json");
const skip = { skip: withoutTmux };
let terminal: TerminalSession;
let shellMode: ReturnType<TerminalSession["mode"]>;

before(async () => {
  writeFileSync(file, traceText(faultRace().trace));
  if (withoutTmux !== false) return;
  terminal = await openTerminal();
  shellMode = terminal.mode();
});
after(() => {
  terminal?.close();
  rmSync(folder, { recursive: true });
});

function run(...args: readonly string[]): void {
  terminal.type(`clear; echo as it was; node bin/exclusive-check.js replay ${file} ${args.join(" ")}; echo code $?`);
  terminal.press("Enter");
}

async function press(key: string, then: string | RegExp): Promise<string> {
  terminal.press(key);
  return await terminal.until(then);
}

test(
  "after moving along a race, leaving it by another step and writing it, the terminal is as before",
  skip,
  async () => {
    run();
    const start = await terminal.until("step 0/10");
    assert.match(start, /^fault-race on v8: no-use-after-free +step 0\/10$/m);
    assert.match(start, /^>\* {2}1 {2}faulter {2}load: access$/m);
    assert.equal(terminal.mode().alternate, true);

    assert.match(await press("Right", "step 1/10"), /^> {4}1 {2}faulter {2}load: access$/m);
    await press("Left", "step 0/10");
    const end = await press("End", "step 10/10");
    assert.match(end, /violates no-use-after-free/);
    await press("Home", "step 0/10");

    await press("/", "next change of");
    terminal.type("refcuont");
    await press("Enter", "did you mean refcount?");
    await press("C-u", "next change of (tab completes): _");
    terminal.type("refcount[P0");
    await press("Tab", "refcount[P0]_");
    const zapped = await press("Enter", "step 9/10");
    assert.match(zapped, /^ refcount\[P0\]: 1 -> 0$/m);
    await press(":", "go to step");
    terminal.type("3");
    await press("Enter", "step 3/10");

    const alternative = /^> +(\d) {2}faulter/m;
    await press("Up", alternative);
    const taken = await press("Enter", "step 4/4");
    assert.match(taken, /by hand from 4 on, not written/);
    assert.match(taken, /^>\+ {3}4 {2}faulter/m);

    assert.match(await press("q", "not written to a file: w writes it"), /step 4\/4/);
    await press("w", "write the path to");
    await press("C-u", "write the path to: _");
    const written = join(folder, "other.trace.json");
    terminal.type(written);
    await press("Enter", `wrote ${written}`);
    await press("q", "code 0");
    const screen = terminal.screen();
    assert.match(screen, /^as it was$/m);
    assert.deepEqual(terminal.mode(), shellMode);

    assert.equal(parseTrace(readFileSync(written, "utf8"), written).steps[3]?.actor, "faulter");
    const replayed = await commandLine("replay", written);
    assert.equal(replayed.code, 0);
    assert.match(replayed.stdout, /^reproduced: no property is violated after 4 steps$/m);
  },
);

test("Ctrl-C leaves the exploration with exit code 130, SIGTERM with 143", skip, async () => {
  run();
  await terminal.until("step 0/10");
  await press("C-c", "code 130");
  assert.deepEqual(terminal.mode(), shellMode);

  run();
  await terminal.until("step 0/10");
  process.kill(terminal.foreground(), "SIGTERM");
  await terminal.until("code 143");
  assert.deepEqual(terminal.mode(), shellMode);
});

test("all steps are printed on request, and without colours on request", skip, async () => {
  run("--no-interactive");
  await terminal.until(/^reproduced: no-use-after-free is violated after 10 steps$/m);
  assert.equal(terminal.mode().alternate, false);
  run("--no-color");
  await terminal.until("step 0/10");
  await press("q", "code 0");
});

test("a scenario that holds can be explored from its start, and the path is written and replays", skip, async () => {
  const spec = join(folder, "one-store.json");
  copyFileSync("test/fixtures/specs/docs/one-store.json", spec);
  const hand = join(folder, "hand.trace.json");
  terminal.type(`clear; node bin/exclusive-check.js replay ${spec.replace(/\.json$/, "")}; echo code $?`);
  terminal.press("Enter");
  const start = await terminal.until("step 0/0");
  assert.match(start, /^one-store on v6\.4: a path explored by hand/m);
  await press("Enter", "step 1/1");
  await press("w", "write the path to: out/one-store-v6.4-by-hand-");
  terminal.press("C-u");
  terminal.type(hand);
  await press("Enter", /wrote .*hand\.trace\.json/);
  await press("q", "code 0");

  const replayed = await commandLine("replay", hand);
  assert.equal(replayed.code, 0);
  assert.match(replayed.stdout, /^reproduced: no property is violated after 1 step$/m);
});

test("without a terminal, a scenario's start is printed: the steps that can be taken and, on request, all values", async () => {
  const spec = "test/fixtures/specs/docs/one-store.json";
  const { code, stdout, stderr } = await commandLine("replay", spec, "--without", "restore-notifies");
  assert.deepEqual([code, stderr], [0, ""]);
  assert.match(
    stdout,
    /^one-store on v6\.4 without restore-notifies: the start\n {2}1 step can be taken:\n {4}writer in store: /,
  );
  assert.doesNotMatch(stdout, / = /);
  assert.match((await commandLine("replay", spec, "--full")).stdout, /^ {2}refcount\[P0\] = 0$/m);
});

test("options that change the question are refused for a trace", async () => {
  const { code, stderr } = await commandLine("replay", file, "--kernel", "v6.4");
  assert.equal(code, 2);
  assert.match(stderr, /--kernel is for scenarios; a trace records its own kernel/);
});

test("without a terminal the whole trace is printed, and a request to explore is refused", async () => {
  const printed = await commandLine("replay", file);
  assert.deepEqual([printed.code, printed.stderr], [0, ""]);
  assert.match(printed.stdout, /reproduced: no-use-after-free is violated after 10 steps\n$/);
  const refused = await commandLine("replay", file, "--interactive");
  assert.deepEqual([refused.code, refused.stdout], [2, ""]);
  assert.match(refused.stderr, /--interactive needs a terminal/);
});

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openTerminal, type TerminalSession, withoutTmux } from "../fixtures/tmux.ts";

let terminal: TerminalSession;
let shellMode: ReturnType<TerminalSession["mode"]>;
const skip = { skip: withoutTmux };

before(async () => {
  if (withoutTmux !== false) return;
  terminal = await openTerminal();
  shellMode = terminal.mode();
});
after(() => terminal?.close());

/** Returns the process's id. */
async function start(): Promise<number> {
  terminal.type("clear; echo as it was; node test/fixtures/full-screen-app.mjs; echo code $?");
  terminal.press("Enter");
  const shown = await terminal.until(/^\d+ on 80x24$/m);
  const { alternate, cursor } = terminal.mode();
  assert.deepEqual({ alternate, cursor }, { alternate: true, cursor: false });
  return Number(/^(\d+) on/m.exec(shown)?.[1]);
}

async function isAsBefore(said: string | RegExp): Promise<string> {
  const shown = await terminal.until(said);
  assert.deepEqual(terminal.mode(), shellMode);
  assert.match(shown, /^as it was$/m, "the shell's screen is back");
  return shown;
}

test("the screen is given back on quitting", skip, async () => {
  await start();
  terminal.press("Left", "q");
  assert.match(await isAsBefore("code 0"), /ended by done/);
});

test("Ctrl-C gives the screen back, and counts as SIGINT", skip, async () => {
  await start();
  terminal.press("C-c");
  assert.match(await isAsBefore("code 0"), /ended by SIGINT/);
});

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  test(`${signal} gives the screen back`, skip, async () => {
    process.kill(await start(), signal);
    assert.match(await isAsBefore("code 0"), new RegExp(`ended by ${signal}`));
  });
}

test("SIGHUP ends the process after the screen is given back", skip, async () => {
  process.kill(await start(), "SIGHUP");
  await isAsBefore("code 129");
});

test("if a key's command fails, the screen is given back and the error is visible", skip, async () => {
  await start();
  terminal.press("x");
  assert.match(await isAsBefore("code 1"), /Error: failed at a key/);
});

test("if something else fails, the screen is given back and the error is visible", skip, async () => {
  await start();
  terminal.press("t");
  assert.match(await isAsBefore("code 1"), /Error: failed elsewhere/);
});

test("Esc acts at once, and keys that begin with its code are still known", skip, async () => {
  await start();
  terminal.press("Escape");
  const shown = await terminal.until("keys: escape");
  // Half a second if nothing were done about it.
  assert.ok(Number(/^waited (\d+) ms$/m.exec(shown)?.[1]) < 400, shown);
  terminal.press("Left", "F5");
  await terminal.until("keys: escape left f5");
  terminal.press("q");
  await isAsBefore("code 0");
});

for (const how of ["Ctrl-Z", "SIGTSTP"] as const) {
  test(`${how} gives the screen back for a while`, skip, async () => {
    const pid = await start();
    terminal.press("Left");
    await terminal.until("keys: left");
    if (how === "Ctrl-Z") terminal.press("C-z");
    else process.kill(pid, how);
    await isAsBefore(/\[1\]|Stopped/);

    terminal.type("fg");
    terminal.press("Enter");
    await terminal.until("keys: left");
    terminal.press("Right");
    await terminal.until("keys: left right");
    assert.equal(terminal.mode().alternate, true);
    terminal.press("q");
    await terminal.until("ended by done");
    assert.deepEqual(terminal.mode(), shellMode);
  });
}

test("the screen is drawn again when its size changes", skip, async () => {
  await start();
  terminal.resize(100, 30);
  await terminal.until("on 100x30");
  terminal.resize(80, 24);
  await terminal.until("on 80x24");
  terminal.press("q");
  await isAsBefore("code 0");
});

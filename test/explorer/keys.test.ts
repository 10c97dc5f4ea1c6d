import assert from "node:assert/strict";
import { test } from "node:test";
import type { Mode } from "../../src/explorer/explorer.ts";
import { commandOf } from "../../src/explorer/keys.ts";
import type { Key } from "../../src/terminal/key.ts";

const onPath: Mode = { kind: "path" };
const inAnswer: Mode = { kind: "prompt", purpose: "variable", text: "" };
const onPage: Mode = { kind: "everything", first: 0 };

/** A key that types something, as node:readline reports it. */
function typed(sequence: string): Key {
  return { sequence, name: sequence === " " ? "space" : sequence.toLowerCase() };
}

test("arrows and letters move along the path, and small letters differ from capitals", () => {
  assert.deepEqual(commandOf({ sequence: "\u001b[C", name: "right" }, onPath), { kind: "move", by: 1 });
  assert.deepEqual(commandOf(typed(" "), onPath), { kind: "move", by: 1 });
  assert.deepEqual(commandOf(typed("g"), onPath), { kind: "first" });
  assert.deepEqual(commandOf(typed("G"), onPath), { kind: "last" });
  assert.deepEqual(commandOf(typed("n"), onPath), { kind: "look", direction: 1 });
  assert.deepEqual(commandOf(typed("N"), onPath), { kind: "look", direction: -1 });
  assert.deepEqual(commandOf(typed("3"), onPath), { kind: "choose", number: 3 });
  assert.deepEqual(commandOf({ sequence: "\r", name: "return" }, onPath), { kind: "take" });
});

test("keys without a meaning do nothing", () => {
  assert.equal(commandOf(typed("x"), onPath), undefined);
  assert.equal(commandOf({ sequence: "\u000e", name: "n", ctrl: true }, onPath), undefined);
  assert.equal(commandOf({ sequence: "constructor", name: "constructor" }, onPath), undefined);
  assert.equal(commandOf({}, onPath), undefined);
});

test("an answer takes letters but no control characters", () => {
  assert.deepEqual(commandOf(typed("q"), inAnswer), { kind: "type", text: "q" });
  assert.deepEqual(commandOf(typed(" "), inAnswer), { kind: "type", text: " " });
  assert.deepEqual(commandOf({ sequence: "\t", name: "tab" }, inAnswer), { kind: "complete" });
  assert.deepEqual(commandOf({ sequence: "\u007f", name: "backspace" }, inAnswer), {
    kind: "erase",
    what: "character",
  });
  assert.deepEqual(commandOf({ sequence: "\u0015", name: "u", ctrl: true }, inAnswer), { kind: "erase", what: "line" });
  assert.deepEqual(commandOf({ sequence: "\u001b", name: "escape" }, inAnswer), { kind: "close" });
  assert.equal(commandOf({ sequence: "\u001b[C", name: "right" }, inAnswer), undefined);
});

test("pages scroll and close, and the page of all variables can also step", () => {
  assert.deepEqual(commandOf({ sequence: "\u001b[B", name: "down" }, onPage), { kind: "scroll", by: 1 });
  assert.deepEqual(commandOf(typed("q"), onPage), { kind: "close" });
  assert.deepEqual(commandOf(typed("v"), onPage), { kind: "close" });
  assert.deepEqual(commandOf({ sequence: "\u001b[C", name: "right" }, onPage), { kind: "move", by: 1 });
  assert.equal(commandOf({ sequence: "\u001b[C", name: "right" }, { kind: "help", first: 0 }), undefined);
});

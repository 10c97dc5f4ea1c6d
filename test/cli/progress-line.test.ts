import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { runCommandLine } from "../../src/cli/command-line.ts";
import { progressLine } from "../../src/cli/output/progress-line.ts";
import { standInModels } from "../fixtures/stand-in-models.ts";

const folder = mkdtempSync(join(tmpdir(), "exclusive-check-"));
after(() => rmSync(folder, { recursive: true }));

const endless = "test/fixtures/specs/stand-in/endless.json";
const columns = 70;

const walking = ["simulate", endless, "--depth", "100", "--walks", "1000000000", "--out", folder];

function assertOneLine(pieces: readonly string[], form: RegExp): void {
  assert.ok(pieces.length >= 2);
  for (const piece of pieces) assert.ok(piece.startsWith("\r\x1b[K"), JSON.stringify(piece));
  assert.equal(pieces.at(-1), "\r\x1b[K");
  for (const piece of pieces.slice(0, -1)) {
    const text = piece.slice("\r\x1b[K".length);
    assert.match(text, form);
    assert.ok(text.length < columns, text);
  }
}

test("a simulation shows its progress on a terminal in one line, which it rewrites and finally removes", async () => {
  const pieces: string[] = [];
  // Node's test runner listens too: it would end this process, with all tests that are still to come.
  const others = process.listeners("SIGINT");
  const interrupt = () => {
    for (const listener of process.listeners("SIGINT")) if (!others.includes(listener)) listener("SIGINT");
  };
  const write = (text: string) => {
    // It runs until it has printed this twice, however long that takes.
    if (pieces.push(text) === 2) interrupt();
  };
  const stderr = { isTTY: true, columns, write };
  const loadModel = async () => standInModels;
  const code = await runCommandLine(walking, { stdout: { write: () => {} }, stderr, env: {}, loadModel });
  assert.equal(code, 130);
  assertOneLine(pieces, /^endless on v\S+: [\d,]+ walks?, [\d,]+\/s, [\d,]+ steps\/s, 0 vi/);
});

test("the progress line of a search shows its states, rate and depth, as far as they fit in the terminal", () => {
  const pieces: string[] = [];
  const line = progressLine({ isTTY: true, columns, write: (text) => pieces.push(text) }, "fork-race on v8", false);
  const progress = { states: 1234, transitions: 3000, depth: 17, frontier: 1000, bytes: 2 ** 21, seconds: 0.5 };
  line.searched(progress);
  line.searched({ ...progress, states: 1_234_567 });
  line.clear();
  line.clear();
  assertOneLine(pieces, /^fork-race on v8: (1,234 states, 2,468|1,234,567 states, 2,469,134)\/s, depth 17, frontier/);
});

test("no progress is shown with --quiet, or if standard error is not a terminal", () => {
  for (const [isTTY, quiet] of [
    [false, false],
    [true, true],
  ] as const) {
    const line = progressLine({ isTTY, columns, write: (text) => assert.fail(text) }, "fork-race on v8", quiet);
    line.searched({ states: 1, transitions: 1, depth: 1, frontier: 1, bytes: 1, seconds: 1 });
    line.walked({ walks: 1, steps: 1, violations: 0, seconds: 1 });
    line.clear();
  }
});

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, test } from "node:test";
import { isNightly } from "../fixtures/nightly.ts";
import { spawnCli } from "../fixtures/run-cli.ts";

const endless = "test/fixtures/specs/stand-in/endless.json";
const twoLocks = "test/fixtures/specs/stand-in/two-locks.json";
const folder = mkdtempSync(join(tmpdir(), "exclusive-check-"));
after(() => rmSync(folder, { recursive: true }));

/** A check listens to signals before it makes the folder for traces, and that is just before the search. */
function onceMade(out: string, then: () => void): void {
  const poll = setInterval(() => {
    if (!existsSync(out)) return;
    clearInterval(poll);
    then();
  }, 5);
  // If nothing makes it, the test fails and the process can end.
  poll.unref();
}

for (const [signal, exitCode] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const) {
  test(`${signal} stops the search, with a partial report and exit code ${exitCode}`, async () => {
    const out = join(folder, signal);
    // All 231 million states, so that it is not done before the signal comes, which is once it has finished a level.
    const checkpoint = join(folder, `${signal}.checkpoint`);
    const saved = ["--checkpoint", checkpoint, "--checkpoint-every", "0"];
    const args = [endless, "--no-symmetry", "--workers", "1", "--json", "--out", out, ...saved];
    const ended = await spawnCli(args, (child) => onceMade(checkpoint, () => child.kill(signal)));

    assert.deepEqual([ended.code, ended.signal, ended.stderr], [exitCode, null, ""]);
    const { results } = JSON.parse(ended.stdout) as { results: { verdict: string; bound: string; states: number }[] };
    assert.deepEqual(
      results.map(({ verdict, bound }) => [verdict, bound]),
      [["incomplete", "signal"]],
    );
    assert.ok((results[0]?.states ?? 0) > 0);
  });
}

test("a review that a signal stops says how much of it was done", async () => {
  const out = join(folder, "review");
  const args = ["review", "--without", "restore-notifies", "--workers", "1", "--out", out];
  const ended = await spawnCli(args, (child) => onceMade(join(out, "review"), () => child.kill("SIGINT")));
  assert.equal(ended.code, 130);
  assert.match(ended.stderr, /^note: stopped by a signal after [\d,]+ of [\d,]+ runs\n$/);
});

test("--watch ends at a signal that comes during a check", { timeout: 60_000 }, async () => {
  // Before, after and in the middle of a check that lasts some tens of milliseconds.
  for (const delay of isNightly ? [0, 30, 60, 90, 120, 600] : [0, 60, 600]) {
    const out = join(folder, `watch-${delay}`);
    const ended = await spawnCli([twoLocks, "--watch", "--quiet", "--out", out], (child) =>
      onceMade(out, () => setTimeout(() => child.kill("SIGTERM"), delay)),
    );
    assert.deepEqual([ended.code, ended.signal], [143, null], `after ${delay} ms: ${ended.stderr}`);
  }
});

test("a signal that comes while the thread is busy is handled before the listener is removed", async () => {
  const { stdout } = await runScript(`
    const interruption = listenForSignals();
    process.kill(process.pid, "SIGTERM");
    const before = interruption.received();
    const after = await interruption.hear();
    interruption.stopListening();
    process.stdout.write([String(before), after].join());
  `);
  assert.equal(stdout, "undefined,SIGTERM");
});

test("a signal while a model is built ends the build, and the report has the results so far", async () => {
  const { stdout } = await runScript(`
    const interruption = listenForSignals();
    const build = interruption.building(async (scenario, features, signal) => {
      process.kill(process.pid, "SIGINT");
      await interruption.hear();
      signal.throwIfAborted();
    });
    const error = await build().catch((error) => error);
    process.stdout.write([interruption.isWhy(error), interruption.isWhy(new Error())].join());
  `);
  assert.equal(stdout, "true,false");
});

test("a second signal ends the process at once", async () => {
  const ended = await runScript(`
    const { signal, received } = listenForSignals();
    signal.addEventListener("abort", () => {
      process.stdout.write(received());
      process.kill(process.pid, "SIGINT");
    });
    setInterval(() => {}, 1000);
    process.kill(process.pid, "SIGTERM");
  `);
  assert.deepEqual(ended, { stdout: "SIGTERM", code: null, signal: "SIGINT" });
});

/** In a process of its own, so that signals do not reach the test. */
async function runScript(
  script: string,
): Promise<{ readonly stdout: string; readonly code: number | null; readonly signal: NodeJS.Signals | null }> {
  const listening = new URL("../../src/cli/surroundings/interruption.ts", import.meta.url);
  const whole = `import { listenForSignals } from ${JSON.stringify(listening.href)};\n${script}`;
  const args = ["--import", "./scripts/typescript.mjs", "--input-type=module", "--eval", whole];
  const child = spawn(process.execPath, args, { cwd: new URL("../../", import.meta.url) });
  const [stdout, [code, signal]] = await Promise.all([
    text(child.stdout),
    once(child, "close") as Promise<[number | null, NodeJS.Signals | null]>,
  ]);
  return { stdout, code, signal };
}

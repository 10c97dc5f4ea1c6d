import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, test } from "node:test";
import { spawnCli } from "../fixtures/run-cli.ts";

const endless = "test/fixtures/specs/stand-in/endless.json";
const folder = mkdtempSync(join(tmpdir(), "exclusive-check-"));
after(() => rmSync(folder, { recursive: true }));

/** The folder for traces is made when signals are listened to, and just before the search. */
function onceSearching(out: string, then: () => void): void {
  const poll = setInterval(() => {
    if (!existsSync(out)) return;
    clearInterval(poll);
    setTimeout(then, 500);
  }, 20);
}

for (const [signal, exitCode] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const) {
  test(`${signal} stops the search, with a partial report and exit code ${exitCode}`, async () => {
    const out = join(folder, signal);
    // All nine million states, so that it is not done before the signal comes.
    const args = [endless, "--no-symmetry", "--workers", "1", "--json", "--out", out];
    const ended = await spawnCli(args, (child) => onceSearching(out, () => child.kill(signal)));

    assert.deepEqual([ended.code, ended.signal, ended.stderr], [exitCode, null, ""]);
    const { results } = JSON.parse(ended.stdout) as { results: { verdict: string; bound: string; states: number }[] };
    assert.deepEqual(
      results.map(({ verdict, bound }) => [verdict, bound]),
      [["incomplete", "signal"]],
    );
    assert.ok((results[0]?.states ?? 0) > 0);
  });
}

test("nobody listens to a second signal, so that it ends the process at once", async () => {
  const listening = new URL("../../src/cli/interruption.ts", import.meta.url);
  const script = `
    import { listenForSignals } from ${JSON.stringify(listening.href)};
    const { signal, received } = listenForSignals();
    signal.addEventListener("abort", () => {
      process.stdout.write(received());
      process.kill(process.pid, "SIGINT");
    });
    setInterval(() => {}, 1000);
    process.kill(process.pid, "SIGTERM");
  `;
  const args = ["--import", "./scripts/typescript.mjs", "--input-type=module", "--eval", script];
  const child = spawn(process.execPath, args, { cwd: new URL("../../", import.meta.url) });
  const [output, [code, signal]] = await Promise.all([text(child.stdout), once(child, "close")]);

  assert.deepEqual([output, code, signal], ["SIGTERM", null, "SIGINT"]);
});

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { runCli } from "../fixtures/run-cli.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "exclusive-check-"));
after(() => rmSync(folder, { recursive: true }));

const endless = "test/fixtures/specs/stand-in/endless.json";
/** Some hundred thousand states on v5.14. */
const forkRace = "specs/fork-race.json";
const onlyOnLinux = { skip: process.platform === "linux" ? false : "the limit is set as on Linux", timeout: 60_000 };

/** Runs with so many GiB of address space. */
async function runWithin(
  gibibytes: number,
  ...args: readonly string[]
): Promise<{ readonly code: number | null; readonly stderr: string }> {
  // The built program, because the loader of the sources needs such memory itself.
  const program = ["bin/exclusive-check.js", ...args];
  const limited = `ulimit -v ${gibibytes * 2 ** 20} && exec "$0" "$@"`;
  const command = ["-c", limited, process.execPath, ...program, "--out", folder];
  const child = spawn("sh", command, { cwd: root, stdio: ["ignore", "ignore", "pipe"] });
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, "close") as Promise<[number | null]>]);
  return { code, stderr };
}

test(
  "if the system refuses memory, the error says how much was requested, and it is not a bug",
  onlyOnLinux,
  async () => {
    for (const [args, asked] of [
      [[forkRace], /does not give the search its memory: not \S+ [GM]iB, nor less, down to 64 MiB\n/],
      [[forkRace, "--memory", "1GiB"], /does not give the search the 1 GiB that --memory asks for\n/],
      [["simulate", forkRace], /does not give the search the 64 MiB that walks need\n/],
    ] as const) {
      const { code, stderr } = await runWithin(8, ...args);
      assert.equal(code, 2, stderr);
      assert.match(stderr, asked);
      assert.match(
        stderr,
        / {2}hint: the address space of this process is limited to 8 GiB \(ulimit -v\); .*--memory\n$/,
      );
      assert.doesNotMatch(stderr, /bug/);
    }
  },
);

test("threads are not started if there is no room for them", onlyOnLinux, async () => {
  const { code, stderr } = await runWithin(16, forkRace, "--kernel", "v5.14", "--memory", "256MiB", "--workers", "64");
  assert.equal(code, 2, stderr);
  assert.match(
    stderr,
    /^error: the system does not give 64 threads their memory: .*16 GiB.*\n {2}hint: .*--workers\n$/,
  );
});

test("too little memory for a program and its threads is a usage error", async () => {
  const { code, stderr } = await runCli([endless, "--memory", "16MiB", "--workers", "256", "--out", folder]);
  assert.equal(code, 2, stderr);
  assert.match(stderr, /^error: \d+ bytes of memory are too few to search with\n {2}hint: more --memory/);
});

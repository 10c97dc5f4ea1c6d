import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { standInProgram } from "../fixtures/stand-in-program.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "exclusive-check-"));
after(() => rmSync(folder, { recursive: true }));

const program = [await standInProgram()];
const asExpected = ["test/fixtures/specs/stand-in/two-locks.json", "--kernel", "v8", "--out", folder];
const violated = [...asExpected, "--property", "no-deadlock"];

/** Runs with streams that refuse every write, as on a full disk. */
async function run(
  command: readonly string[],
  full: { readonly stdout?: boolean; readonly stderr?: boolean },
): Promise<{ readonly code: number | null; readonly stderr: string }> {
  const device = openSync("/dev/full", "w");
  const child = spawn(process.execPath, command, {
    cwd: root,
    stdio: ["ignore", full.stdout === true ? device : "ignore", full.stderr === true ? device : "pipe"],
  });
  closeSync(device);
  const [stderr, [code]] = await Promise.all([
    child.stderr === null ? "" : text(child.stderr),
    once(child, "close") as Promise<[number | null]>,
  ]);
  return { code, stderr };
}

const onlyWithFull = { skip: process.platform === "linux" ? false : "only Linux has /dev/full" };

test("an error on standard output is reported, and exit code 0 becomes 2", onlyWithFull, async () => {
  for (const args of [asExpected, ["list", "kernels"], ["--help"], ["explain", "no-deadlock"]])
    assert.deepEqual(await run([...program, ...args], { stdout: true }), {
      code: 2,
      stderr: "error: standard output could not be written: no space is left on the disk\n",
    });
});

test("if a report only partly fits into the file of standard output, an error says that it is lost", async () => {
  const file = join(folder, "stdout");
  // In units of 512 bytes, or of 1024 in some shells. This is less than the help needs.
  const limited = `ulimit -f 2 && exec "$0" "$@" >${file}`;
  const child = spawn("sh", ["-c", limited, process.execPath, ...program, "--help"], {
    cwd: root,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const [stderr, ended] = await Promise.all([text(child.stderr), once(child, "close")]);
  assert.deepEqual(ended, [2, null]);
  assert.match(stderr, /^error: standard output could not be written: the file would become larger than allowed/);
});

test("a verdict that differs ends with 1 whether or not it can be written", onlyWithFull, async () => {
  assert.equal((await run([...program, ...violated], { stdout: true })).code, 1);
  assert.equal((await run([...program, ...violated], { stdout: true, stderr: true })).code, 1);
});

test("standard error that cannot be written changes no exit code", onlyWithFull, async () => {
  assert.equal((await run([...program, ...asExpected], { stderr: true })).code, 0);
  assert.equal((await run([...program, "no-such-file.json"], { stderr: true })).code, 2);
});

test("a reader that leaves early changes no exit code", async () => {
  for (const [args, expected] of [
    [asExpected, 0],
    [violated, 1],
  ] as const) {
    const child = spawn(process.execPath, [...program, ...args], { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
    child.stdout.destroy();
    assert.deepEqual(await once(child, "close"), [expected, null]);
  }
});

test("an error outside of any command never ends with 1", async () => {
  for (const [trouble, code] of [
    ["throw new TypeError('no such thing')", 4],
    ["throw Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' })", 2],
    ["setTimeout(() => { throw new TypeError('later') })", 4],
    ["Promise.reject(new TypeError('unheard'))", 4],
  ] as const) {
    // As soon as our executable has begun.
    const late = `
      const poll = setInterval(() => {
        if (process.listenerCount("uncaughtException") === 0) return;
        clearInterval(poll);
        ${trouble};
      }, 1);`;
    const preload = `data:text/javascript,${encodeURIComponent(late)}`;
    const ended = await run(["--import", preload, "bin/exclusive-check.js", "explain", "fork"], {});
    assert.equal(ended.code, code, `${trouble}: ${ended.stderr}`);
  }
});

import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { killAfter, type Run, run, timeless } from "../fixtures/interrupted-run.ts";
import { isNightly } from "../fixtures/nightly.ts";
import { runCli } from "../fixtures/run-cli.ts";
import { smallDisk } from "../fixtures/small-disk.mjs";

const folder = mkdtempSync(join(tmpdir(), "exclusive-check-"));
after(() => rmSync(folder, { recursive: true }));

/** So many states that the search goes on with threads, and violations. */
const scenario = ["specs/uffd-exclusive.json", "--kernel", "v8", "--workers", "2", "--memory", "256MiB", "--json"];
const twoLocks = "test/fixtures/specs/stand-in/two-locks.json";
const endless = "test/fixtures/specs/stand-in/endless.json";

test("a search killed or stopped at random moments gives the same report in the end", {
  timeout: 300_000,
}, async (t) => {
  const whole = await run([...scenario, "--out", join(folder, "whole")]);
  const checkpoint = join(folder, "killed");
  const args = [...scenario, "--checkpoint", checkpoint, "--checkpoint-every", "30ms"];
  let last: Run | undefined;
  const signals = isNightly ? (["SIGKILL", "SIGINT", "SIGKILL", "SIGTERM"] as const) : (["SIGKILL", "SIGINT"] as const);
  for (const [part, signal] of signals.entries()) {
    const out = join(folder, `part-${part}`);
    const delay = Math.round(Math.random() * (part === 0 ? 100 : 400));
    // At first wait until there is a checkpoint, and later until signals are handled.
    const onStart = killAfter(part === 0 ? checkpoint : out, signal, delay);
    const resume = part === 0 ? [] : ["--resume", checkpoint];
    const stopped = await run([...args, ...resume, "--out", out], { onStart });
    t.diagnostic(`${signal} after ${delay} ms: ${stopped.code ?? stopped.signal}`);
    assert.equal(stopped.stderr, "");
    // A signal that comes when everything is explored, while traces are written, does not change the report. Before the
    // search begins there is nothing to report.
    if (stopped.code === 130 && !/"bound": "signal"|"results": \[\]/.test(stopped.stdout))
      assert.deepEqual(timeless(stopped.stdout), timeless(whole.stdout));
    // Otherwise the search ended before the signal.
    if (stopped.signal === null && stopped.code === whole.code) last = stopped;
    if (last !== undefined) break;
  }
  const out = join(folder, "last");
  last ??= await run([...args, "--resume", checkpoint, "--out", out]);
  assert.deepEqual([last.code, last.stderr], [whole.code, ""]);
  assert.deepEqual(timeless(last.stdout), timeless(whole.stdout));
});

test("a thread that dies ends the search with 4, and the last checkpoint remains", { timeout: 60_000 }, async () => {
  const checkpoint = join(folder, "died");
  const args = [...scenario, "--out", join(folder, "died-out"), "--checkpoint", checkpoint, "--checkpoint-every", "0"];
  const dying = new URL("../fixtures/dying-worker.mjs", import.meta.url).href;
  const died = await run(args, { env: { NODE_OPTIONS: `--import=${dying}` } });
  assert.equal(died.code, 4);
  assert.match(died.stderr, /^a worker of the search failed: killed for a test\n/);
  assert.match(died.stderr, /The last checkpoint remains: --resume \S+died goes on from it\.\n/);
  const resumed = await run([
    ...scenario,
    "--max-states",
    "60000",
    "--out",
    join(folder, "died-out"),
    "--resume",
    checkpoint,
  ]);
  assert.equal(resumed.code, 3, resumed.stderr);
});

test("a search that stops at a limit leaves a checkpoint, and goes on from it", async () => {
  const checkpoint = join(folder, "bounded");
  const stopped = await runCli([twoLocks, "--kernel", "v6.4", "--depth", "2", "--checkpoint", checkpoint]);
  assert.equal(stopped.code, 3);
  const args = [twoLocks, "--kernel", "v6.4", "--json"];
  const [resumed, whole] = [await runCli([...args, "--resume", checkpoint]), await runCli(args)];
  assert.deepEqual([resumed.code, resumed.stderr], [whole.code, ""]);
  assert.deepEqual(timeless(resumed.stdout), timeless(whole.stdout));
});

test("a report says how to go on from a checkpoint, and that a search was resumed", async () => {
  const checkpoint = join(folder, "told");
  const out = join(folder, "told out");
  const asked = [twoLocks, "--kernel", "v6.4", "--depth", "2", "--out", out];
  const stopped = await runCli([...asked, "--checkpoint", checkpoint]);
  assert.match(stopped.stdout, /^ {2}\S+told keeps the search up to depth 2$/m);
  const [, command = ""] = /^ {2}resume: exclusive-check (.*)$/m.exec(stopped.stdout) ?? [];
  assert.equal(
    command,
    `${twoLocks} --kernel v6.4 --depth 4 --out '${out}' --resume ${checkpoint} --checkpoint ${checkpoint}`,
  );
  const words = command.replaceAll(`'${out}'`, "OUT").split(" ");
  const resumed = await runCli(words.map((word) => (word === "OUT" ? out : word)));
  assert.equal(resumed.stderr, "");
  assert.match(resumed.stdout, /^ {2}resumed at depth 2 with \d+ states$/m);
});

test("the command that goes on allows twice as much of what stopped the search", { timeout: 60_000 }, async () => {
  for (const [limits, higher] of [
    [["--max-states", "1000", "--timeout", "10m"], /resume: .* --max-states \d{4} --timeout 10m --workers 1 /],
    [["--memory", "0.03g"], /resume: .* --memory 62MiB --workers 1 /],
  ] as const) {
    const files = ["--checkpoint", join(folder, "higher"), "--out", join(folder, "out")];
    const { code, stdout } = await runCli([endless, "--workers", "1", ...files, ...limits]);
    assert.equal(code, 3);
    assert.match(stdout, higher);
  }
});

test("a search without a checkpoint that stops at a limit says which option would have kept it", async () => {
  const { stdout } = await runCli([twoLocks, "--kernel", "v6.4", "--depth", "2", "--out", join(folder, "out")]);
  assert.match(stdout, /^ {2}with --checkpoint FILE, this search could go on from here with --resume FILE$/m);
});

test("the command that repeats a result has sizes and times as the user wrote them", async () => {
  const limits = ["--depth", "2", "--memory", "0.5g", "--timeout", "1.5h"];
  const out = ["--out", join(folder, "out")];
  const checked = await runCli([twoLocks, "--kernel", "v6.4", ...limits, ...out]);
  assert.match(checked.stdout, /^ *rerun: .* --depth 2 --memory 0\.5g --timeout 1\.5h$/m);
  const walked = await runCli(["simulate", twoLocks, "--kernel", "v6.4", "--walks", "10", ...limits, ...out]);
  assert.match(walked.stdout, / --memory 0\.5g.*$/m);
  assert.match(walked.stdout, / --timeout 1\.5h.*$/m);
});

test("a checkpoint of another kernel, of other features or of other properties is refused", async () => {
  const checkpoint = join(folder, "other");
  await runCli([twoLocks, "--kernel", "v6.4", "--depth", "2", "--checkpoint", checkpoint]);
  for (const [args, message] of [
    [["--kernel", "v8"], "its kernel is v6.4, and not v8"],
    [["--kernel", "v6.4", "--without", "fault-locks-page"], "its list of changed features is none, and not -fault"],
    [["--kernel", "v6.4", "--property", "no-deadlock"], "its list of properties is "],
    [["--kernel", "v6.4", "--traces", "5"], "its number of traces is 1, and not 5"],
  ] as const) {
    const refused = await runCli([twoLocks, ...args, "--resume", checkpoint]);
    assert.deepEqual([refused.code, refused.stdout], [2, ""]);
    assert.ok(refused.stderr.includes(message), refused.stderr);
  }
});

test("options that do not fit a checkpoint are refused before the search", async () => {
  for (const [args, message] of [
    [[twoLocks, "--checkpoint", join(folder, "many")], /--checkpoint is for one search, and this would be \d/],
    [[endless, "--checkpoint-every", "1m"], /a file that --checkpoint must name/],
    [[endless, "--checkpoint", "c", "--checkpoint-every", "often"], /Expected a time/],
    [[endless, "--checkpoint", join(folder, "no\0file")], /cannot be written/],
    [[endless, "--resume", join(folder, "nothing")], /there is no such file/],
    [[endless, "--resume", "package.json"], /this is no checkpoint/],
  ] as const) {
    const refused = await runCli(args);
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, message);
  }
});

test("a full disk is reported, and the search goes on", async () => {
  const disk = smallDisk(2 ** 16);
  try {
    const checkpoint = join(disk.folder, "full");
    await runCli([twoLocks, "--kernel", "v6.4", "--depth", "2", "--checkpoint", checkpoint]);
    const before = readFileSync(checkpoint);
    const args = ["--max-states", "60000", "--workers", "1", "--checkpoint", checkpoint, "--checkpoint-every", "30s"];
    const preload = new URL("../fixtures/small-disk.mjs", import.meta.url).href;
    const means = { options: ["--import", preload], env: disk.env };
    const full = await run([...scenario, ...args, "--out", join(folder, "full-out")], means);
    assert.equal(full.code, 3, full.stderr);
    assert.match(
      full.stderr,
      /checkpoint \S+full could not be written; the one written before it remains: no space is left on the disk\n/,
    );
    assert.deepEqual([readFileSync(checkpoint), readdirSync(disk.folder)], [before, ["full"]]);
  } finally {
    disk.remove();
  }
});

test("a checkpoint file that cannot be written is an error before the search", async () => {
  const long = "x".repeat(252);
  for (const [file, message] of [
    [join(folder, "whole"), /whole cannot be written: it is a directory; expected a regular file, or no file/],
    [twoLocks, /two-locks\.json cannot be written: it exists and is not a checkpoint/],
    [join(folder, long), /cannot be written: the name is too long/],
    [`${twoLocks}/x`, /cannot be written: \S+two-locks\.json is not a directory/],
    ["/dev/null", /cannot be written: it is not a regular file, but a checkpoint must be one/],
  ] as const) {
    const { code, stdout, stderr } = await runCli([endless, "--checkpoint", file, "--out", join(folder, "none")]);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, message);
  }
});

test("the file of states beside a checkpoint replaces no file of another kind", async () => {
  const checkpoint = join(folder, "beside");
  writeFileSync(`${checkpoint}.states1`, "mine");
  const args = [twoLocks, "--kernel", "v6.4", "--store", "fingerprint", "--checkpoint", checkpoint];
  const { code, stderr } = await runCli(args);
  assert.equal(code, 2);
  assert.match(stderr, /cannot be written beside the checkpoint \S+: it exists and is not a file of states/);
  assert.equal(readFileSync(`${checkpoint}.states1`, "utf8"), "mine");
});

// Runs the tests: `npm test` runs all, `npm test -- checker cli/version` only the files whose path contains one of the
// words, `npm run test:quick` all but those in test/slow.txt. With `--nightly` they try all that they can. Other words
// that start with a dash go to node itself (`--test-name-pattern=...`). The files are collected here because Node 20's
// `node --test` takes no glob patterns, and starts a process for each file. Each process costs something, so files
// share a few processes, and what they import is bundled (scripts/bundle-tests.mjs).
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleTests } from "./bundle-tests.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const args = process.argv.slice(2);
const own = ["--quick", "--nightly"];
const options = args.filter((arg) => arg.startsWith("-") && !own.includes(arg));
const words = args.filter((arg) => !arg.startsWith("-"));

/**
 * Files that take more than two seconds of a processor each. Those of a paragraph share a process. The longest begin
 * first, so that no processor waits for them.
 */
const paragraphs = readFileSync(join(root, "test/slow.txt"), "utf8").trim().split("\n\n");
const slowGroups = paragraphs.map((paragraph) => paragraph.split("\n"));
const slow = slowGroups.flat();
const missing = slow.filter((file) => !existsSync(join(root, file)));
const left = args.includes("--quick") ? slow : [];

const files = readdirSync(join(root, "test"), { recursive: true, encoding: "utf8" })
  .map((file) => `test/${file.replaceAll("\\", "/")}`)
  .filter((file) => file.endsWith(".test.ts"))
  .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
  .filter((file) => !left.includes(file))
  .sort();

if (missing.length > 0) {
  console.error(`test/slow.txt names files that do not exist: ${missing.join(", ")}`);
  process.exitCode = 1;
} else if (files.length === 0) {
  console.error(`no test file matches ${words.join(" ")}`);
  process.exitCode = 1;
} else {
  const reporters = ["spec", "./scripts/skipped-tests.mjs"].flatMap((reporter) => [
    `--test-reporter=${reporter}`,
    "--test-reporter-destination=stdout",
  ]);
  const isNightly = args.includes("--nightly");
  // Ends a process that hangs; a group of files takes a few minutes. At night some tests go on for hours.
  const limit = isNightly ? [] : [`--test-timeout=${30 * 60_000}`];
  // Four for two processors, because some tests wait for a disk, a terminal, a browser or a signal. Most processes keep
  // only a half or two thirds of a processor busy, so three leave a fifth of two processors idle.
  const fixed = ["--import", "./scripts/late-optimising.mjs", "--test", "--test-concurrency=4", ...limit, ...reporters];
  const cache = join(root, "node_modules/.cache");
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, "tests-"));
  const chosen = slowGroups.map((group) => group.filter((file) => files.includes(file)));
  const quick = inParts(files.filter((file) => !slow.includes(file)));
  const processes = [...chosen, ...quick].filter((group) => group.length > 0);
  // Node sorts the files by name before it runs them.
  const together = await bundleTests(processes, folder);
  // What tests, browsers and killed processes leave is removed with it. Names of sockets must be short.
  const temporary = mkdtempSync(join(tmpdir(), "tests-"));
  const env = { ...process.env, TMPDIR: temporary, ...(isNightly ? { EXCLUSIVE_CHECK_TESTS: "nightly" } : {}) };
  const child = spawn(process.execPath, [...fixed, ...options, ...together], { cwd: root, env, stdio: "inherit" });
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) process.on(signal, () => child.kill(signal));
  child.on("exit", (code) => {
    rmSync(folder, { recursive: true });
    // A process of a browser may still write.
    rmSync(temporary, { recursive: true, maxRetries: 10 });
    process.exitCode = code ?? 1;
  });
}

/**
 * Parts of about eighty files.
 *
 * @param {readonly string[]} files
 */
function inParts(files) {
  const count = Math.ceil(files.length / 90);
  const first = (/** @type {number} */ part) => Math.floor((part * files.length) / count);
  return Array.from({ length: count }, (_, part) => files.slice(first(part), first(part + 1)));
}

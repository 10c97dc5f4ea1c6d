// Runs the tests: `npm test` runs all, `npm test -- checker cli/version` only the files whose path
// contains one of the words, `npm run test:quick` all but those in test/slow.txt. Other words that start with a dash
// go to node itself (`--test-name-pattern=...`).
// The files are collected here because Node 20's `node --test` takes no glob patterns.
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const args = process.argv.slice(2);
const options = args.filter((arg) => arg.startsWith("-") && arg !== "--quick");
const words = args.filter((arg) => !arg.startsWith("-"));

/** Files that take more than two seconds of a processor each. */
const slow = readFileSync(join(root, "test/slow.txt"), "utf8").trim().split("\n");
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
  const fixed = ["--import", "./scripts/typescript.mjs", "--test", "--test-concurrency=2", ...reporters];
  const child = spawn(process.execPath, [...fixed, ...options, ...files], { cwd: root, stdio: "inherit" });
  child.on("exit", (code) => {
    process.exitCode = code ?? 1;
  });
}

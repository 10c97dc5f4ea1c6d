// Runs the tests: `npm test` runs all, `npm test -- checker cli/version` only the files whose path
// contains one of the words, `npm run test:quick` all but those in test/slow.txt. Other words that start with a dash
// go to node itself (`--test-name-pattern=...`).
// The files are collected here because Node 20's `node --test` takes no glob patterns, and starts a process for each file.
// To load the sources takes a process most of a second, so quick files share a few processes.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const args = process.argv.slice(2);
const options = args.filter((arg) => arg.startsWith("-") && arg !== "--quick");
const words = args.filter((arg) => !arg.startsWith("-"));

/** Files that take more than two seconds of a processor each. The longest begin first, so that no processor waits for them. */
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
  const folder = mkdtempSync(join(tmpdir(), "exclusive-check-tests-"));
  const quick = files.filter((file) => !slow.includes(file));
  const together = [...slow.filter((file) => files.includes(file)), ...groupsOf(quick, folder)];
  const child = spawn(process.execPath, [...fixed, ...options, ...together], { cwd: root, stdio: "inherit" });
  child.on("exit", (code) => {
    rmSync(folder, { recursive: true });
    process.exitCode = code ?? 1;
  });
}

/**
 * Writes modules into a folder. Each imports about thirty of the files.
 *
 * @param {readonly string[]} files
 * @param {string} folder
 */
function groupsOf(files, folder) {
  const count = Math.ceil(files.length / 30);
  return Array.from({ length: count }, (_, number) => {
    const group = join(folder, `quick-${number + 1}.mjs`);
    const own = files.slice(
      Math.floor((number * files.length) / count),
      Math.floor(((number + 1) * files.length) / count),
    );
    const imports = own.map((file) => `import ${JSON.stringify(pathToFileURL(join(root, file)).href)};\n`);
    writeFileSync(group, imports.join(""));
    return group;
  });
}

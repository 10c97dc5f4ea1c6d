/**
 * A reporter for Node's test runner: says at the end which tests were skipped and why. Where CI is set it makes the
 * run fail, because there everything that a test needs must be installed.
 */
import { relative } from "node:path";

/** With `--test-name-pattern` Node 20 counts all other tests as skipped, for this reason. */
const notChosen = "test name does not match pattern";

/** @param {AsyncIterable<{ type: string, data: { name: string, file?: string, skip?: string | boolean } }>} events */
// biome-ignore lint/style/noDefaultExport: Node's runner takes a reporter by its default export
export default async function* skippedTests(events) {
  /** By reason, the tests' names. @type {Map<string, string[]>} */
  const skipped = new Map();
  for await (const { type, data } of events) {
    if (type !== "test:pass" || data.skip === undefined || data.skip === notChosen) continue;
    const reason = typeof data.skip === "string" && data.skip !== "" ? data.skip : "no reason given";
    const name = data.file === undefined ? data.name : `${relative(process.cwd(), data.file)}: ${data.name}`;
    skipped.set(reason, [...(skipped.get(reason) ?? []), name]);
  }
  if (skipped.size === 0) return;
  const failed = process.env.CI !== undefined;
  if (failed) process.exitCode = 1;
  yield failed ? "\nFailed: tests were skipped, and CI is set.\n" : "\nSkipped:\n";
  for (const [reason, names] of skipped) {
    yield `  ${names.length} ${names.length === 1 ? "test" : "tests"}: ${reason}\n`;
    if (failed) for (const name of names) yield `    ${name}\n`;
  }
}

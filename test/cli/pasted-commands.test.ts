/** Commands that are printed mean the same when they are pasted into a shell. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { reproduceCommand } from "../../src/cli/options/reproduce.ts";

/** The words that a shell passes on. */
function wordsOf(command: string): readonly string[] {
  const says = `exclusive-check() { printf '%s\\0' "$@"; }; npx() { shift; exclusive-check "$@"; }; ${command}`;
  return execFileSync("bash", ["-c", says], { encoding: "utf8" }).split("\0").slice(0, -1);
}

for (const file of [
  'a b/it\'s $HOME/"x" `id`!.json',
  "~/x;y&z|(1)*?.json",
  "tab\there\n\u001b[31m\\.json",
  "é→.json",
  "--",
])
  test(`a file's name is one word: ${JSON.stringify(file)}`, () => {
    const named = file.startsWith("-") ? `./${file}` : file;
    assert.deepEqual(wordsOf(reproduceCommand(file, "v6.4", {})), [named, "--kernel", "v6.4"]);
  });

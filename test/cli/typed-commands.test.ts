/** Commands that are printed can be typed as they are: they begin with npx if the program was started by npx. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { typedCommand } from "../../src/text/typed-command.ts";
import { commandLine, npxCommandLine } from "../fixtures/command-line.ts";
import { type Ended, exclusiveCheck, npxExclusiveCheck } from "../fixtures/executable.ts";

const folder = mkdtempSync(join(tmpdir(), "exclusive-check-"));
after(() => rmSync(folder, { recursive: true }));

const spec = "specs/fault-race.json";
const printing: Readonly<Record<string, readonly string[]>> = {
  "no arguments": [],
  "the help": ["--help"],
  "a violation": [spec, "--kernel", "v8", "--out", folder],
  "a search that was stopped": [spec, "--kernel", "v6.4", "--depth", "3", "--checkpoint", join(folder, "kept")],
  "random walks": ["simulate", spec, "--kernel", "v8", "--seed", "7", "--walks", "20", "--out", folder],
  "an unknown feature": [spec, "--without", "zzzzzzzz"],
  "an unknown kernel": [spec, "--kernel", "zzzzzzzz"],
  "an unknown name": ["explain", "zzzzzzzz"],
  "an unknown step of an edit": [spec, "--edit", "drop remove_device_exclusive_entry: zzzzzzzz"],
  "a procedure": ["explain", "remove_device_exclusive_entry"],
  "a new scenario": ["init", join(folder, "new.json")],
  "a scenario that exists": ["init", spec],
};

/** Commands as they are printed: after a quote, a dollar sign or a colon, or at the start of a line. */
const bare = /(?:^ *|[`$:] ?)exclusive-check\s+[\w[<./-]+/m;
const withNpx = /npx\s+exclusive-check\s+[\w[<./-]+/;
const textOf = ({ stdout, stderr }: Ended) =>
  `${stderr}\n${stdout}`
    // A synopsis has the name of the program.
    .replace(/^Usage: .*$/gm, "");

/** The hint to beginners is written when the program is loaded, so these need a process of their own. */
const processes = ["no arguments", "the help"];

for (const [name, args] of Object.entries(printing))
  test(`a command that is printed begins with npx if npx was typed: ${name}`, async () => {
    const isProcess = processes.includes(name);
    const typed = textOf(await (isProcess ? npxExclusiveCheck : npxCommandLine)(...args));
    assert.match(typed, withNpx);
    assert.doesNotMatch(typed, bare);
    rmSync(join(folder, "new.json"), { force: true });
    const direct = textOf(await (isProcess ? exclusiveCheck : commandLine)(...args));
    assert.match(direct, bare);
    assert.doesNotMatch(direct, /npx/);
  });

test("a script of npm is not npx", () => {
  assert.equal(typedCommand("help", { npm_command: "run-script" }), "exclusive-check help");
  assert.equal(typedCommand("help", {}), "exclusive-check help");
});

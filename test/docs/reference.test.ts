/** docs/reference.md names every command, option and exit code of the program, and no other. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { defineCommands } from "../../src/cli/command-line.ts";
import { helpOf, type OptionHelp } from "../../src/cli/help/help-data.ts";
import { exitCodeMeanings } from "../../src/cli/surroundings/exit-code.ts";
import { standInModels } from "../fixtures/stand-in-models.ts";

const page = readFileSync("docs/reference.md", "utf8");
const silent = { write() {} };
const loadModel = async () => standInModels;
const program = defineCommands({ stdout: silent, stderr: silent, env: {}, loadModel }, () => {});
const commands = helpOf(program, {}).map((command) => {
  const terms = command.arguments.map(({ term }) => term);
  return { usage: ["exclusive-check", command.name, ...terms].filter((word) => word !== "").join(" "), ...command };
});

/** The terms in backticks in the first cells of the tables of a text. */
function firstCells(text: string): readonly string[] {
  const cells = [...text.matchAll(/^\| (?!---)([^|]*) \|/gm)].map(([, cell = ""]) => cell);
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]*)`/g)].map(([, term = ""]) => term));
}

/** By command, as in a usage line: the text of its section. */
const sections = new Map(
  page.split(/^## /m).flatMap((section) => {
    const usage = /^.*?: `(.*)`$/m.exec(section.split("\n", 1)[0] ?? "")?.[1];
    return usage === undefined ? [] : [[usage, section] as const];
  }),
);

/** Every name of an option, with its value. */
function termsOf({ flags, names }: OptionHelp): readonly string[] {
  const value = /<.*>$/.exec(flags)?.[0];
  return names.map((name) => (value === undefined ? name : `${name} ${value}`));
}

test("the reference lists every command, and has a section for each", () => {
  const usages = commands.map(({ usage }) => usage);
  assert.deepEqual([...firstCells(page.split(/^## /m)[0] ?? "")].sort(), [...usages].sort());
  assert.deepEqual([...sections.keys()].sort(), [...usages].sort());
});

for (const { usage, options } of commands)
  test(`the reference names the options of ${usage}, and no other`, () => {
    const known = options.filter(({ names }) => !names.includes("--help")).flatMap(termsOf);
    assert.deepEqual([...firstCells(sections.get(usage) ?? "")].sort(), [...known].sort());
  });

test("the reference gives every exit code", () => {
  const rows = [...page.matchAll(/^\| (\d[\d, ]*) \|/gm)].map(([, code]) => code);
  assert.deepEqual(
    rows,
    exitCodeMeanings.map(([code]) => code),
  );
});

/** Each shell completes what its script says. The test asks the shell itself, if it is installed. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { missingCommand } from "../../scripts/library/missing-command.ts";
import { kernelVersions } from "../../src/model/versions/rows.ts";
import { runCli } from "../fixtures/run-cli.ts";

const folder = mkdtempSync(join(tmpdir(), "exclusive-check-"));
after(() => rmSync(folder, { recursive: true }));

/** The working folder of the shells. */
const here = join(folder, "here");
mkdirSync(here);
for (const name of ["race.json", "it's [one]*.json"]) writeFileSync(join(here, name), "{}");

/** The text typed after the program's name, and all its completions. */
const expected: Readonly<Record<string, readonly string[]>> = {
  expl: ["explain"],
  rac: ["race.json"],
  "x.json --max": ["--max-states"],
  "x.json --kernel v6.": kernelVersions.filter((kernel) => kernel.startsWith("v6.")).sort(),
  "--reporter mar": ["markdown"],
  "x.json --workers rac": [],
  "simulate x.json --se": ["--seed"],
  "convert --to m": ["mail", "markdown", "mermaid"],
  "graph x.json -o rac": ["race.json"],
  "list pro": ["procedures", "properties"],
  "list rac": [],
  "explain fork-waits-f": ["fork-waits-for-page-lock"],
  "man rac": [],
};

/** A script in a file of its own, for its shell to read. */
async function scriptFor(shell: string, name: string): Promise<string> {
  const file = join(folder, shell, name);
  mkdirSync(join(folder, shell));
  writeFileSync(file, (await runCli(["completion", shell])).stdout);
  return file;
}

function assertCompletes(complete: (typed: string) => readonly string[]): void {
  const got = Object.keys(expected).map((typed) => [typed, [...complete(typed)].sort()]);
  assert.deepEqual(Object.fromEntries(got), expected);
}

const without = (shell: string) => missingCommand([[shell, "--version"]], shell) ?? false;

test("bash completes commands, options and their values", { skip: without("bash") }, async () => {
  const script = await scriptFor("bash", "exclusive-check");
  const asked = Object.keys(expected).flatMap((typed) => {
    const words = typed.split(" ");
    return [
      `COMP_WORDS=(exclusive-check ${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length}`,
      `COMPREPLY=(); _exclusive_check; printf '%s\\n' "\${COMPREPLY[@]}" ---`,
    ];
  });
  const ask = [`source '${script}'`, ...asked].join("\n");
  const answers = execFileSync("bash", ["-c", ask], { encoding: "utf8", cwd: here }).split("---\n");
  const found = new Map(Object.keys(expected).map((typed, position) => [typed, answers[position] ?? ""]));
  assertCompletes((typed) => linesOf(found.get(typed) ?? ""));
});

test("zsh completes commands, options and their values", { skip: without("zsh") }, async () => {
  await scriptFor("zsh", "_exclusive-check");
  // A zsh at a terminal of its own. The tab key inserts all completions, and another key shows the line.
  const drive = `
    zmodload zsh/zpty
    zpty shell 'zsh -f -i'
    zpty -w shell "stty -echo; PS1=; fpath=('${join(folder, "zsh")}' \\$fpath); autoload -Uz compinit; compinit -D -u"
    zpty -w shell 'every() { _main_complete; compstate[insert]=all; compstate[list]= }'
    zpty -w shell 'show() { print -r -- "<<$BUFFER>>"; BUFFER= }'
    zpty -w shell 'zle -C every complete-word every; zle -N show; bindkey "^I" every "^X" show; print begin'
    zpty -r shell seen $'*\\nbegin*'
    for typed; do
      zpty -w -n shell "$typed"$'\\t\\x18'
      zpty -r shell seen '*<<*>>*'
      print -r -- "\${\${seen##*<<}%%>>*}"
    done
    zpty -d shell`;
  const typed = Object.keys(expected).map((words) => `exclusive-check ${words}`);
  const shown = linesOf(execFileSync("zsh", ["-f", "-c", drive, "zsh", ...typed], { encoding: "utf8", cwd: here }));
  const lines = new Map(typed.map((line, position) => [line, shown[position] ?? ""]));
  assertCompletes((words) => {
    const line = lines.get(`exclusive-check ${words}`) ?? "";
    const before = `exclusive-check ${words}`.replace(/[^ ]*$/, "");
    assert.ok(line.startsWith(before), line);
    const completed = line.slice(before.length).trim().split(" ");
    // A text without completions stays as it was typed. A sign waits for an option's value.
    return completed.filter((word) => word !== words.split(" ").at(-1)).map((word) => word.replace(/=$/, ""));
  });
});

test("fish completes commands, options and their values", { skip: without("fish") }, async () => {
  const script = await scriptFor("fish", "exclusive-check.fish");
  const ask = [
    `source '${script}'`,
    ...Object.keys(expected).map((words) => `complete -C 'exclusive-check ${words}'; echo ---`),
  ];
  const options = {
    encoding: "utf8",
    cwd: here,
    env: { ...process.env, HOME: folder, XDG_CONFIG_HOME: folder },
  } as const;
  const answers = execFileSync("fish", ["-c", ask.join("\n")], options).split("---\n");
  const found = new Map(Object.keys(expected).map((words, position) => [words, answers[position] ?? ""]));
  // Its meaning comes after a tab.
  assertCompletes((words) => linesOf(found.get(words) ?? "").map((line) => line.replace(/\t.*/, "")));
});

function linesOf(text: string): readonly string[] {
  return text.split("\n").filter((line) => line !== "");
}

test("every shell's script has every command and option", async () => {
  const help = (await runCli(["--help"])).stdout;
  const options = [...help.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, name]) => name ?? "");
  assert.ok(options.length > 20);
  const commands = [...help.matchAll(/^ {2}([a-z]+) (?:\[options\] )?[<[]/gm)].map(([, name]) => name ?? "");
  assert.ok(commands.length > 8);
  const script = async (shell: string) => (await runCli(["completion", shell])).stdout;
  const [bash, zsh, fish] = [await script("bash"), await script("zsh"), await script("fish")];
  for (const name of options) {
    assert.match(bash, new RegExp(`[' ]${name}[' ]`));
    assert.match(zsh, new RegExp(`'\\*${name}=?\\[`));
    assert.ok(fish.includes(` -l ${name.slice(2)} `), name);
  }
  for (const name of commands) for (const text of [bash, zsh, fish]) assert.ok(text.includes(name), name);
});

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { Chalk } from "chalk";
import { type Explorer, openTrace } from "../../src/explorer/explorer.ts";
import { paint } from "../../src/explorer/paint.ts";
import { type Command, update } from "../../src/explorer/update.ts";
import { type Size, viewOf } from "../../src/explorer/view.ts";
import { compactName } from "../../src/trace/change-text.ts";
import { faultRace, opened } from "../fixtures/fault-race.ts";
import { sampleOrigin, sampleTrace } from "../fixtures/sample-trace.ts";
import { twoLocksSubject } from "../fixtures/two-locks-model.ts";

const start = opened(faultRace());
const usual: Size = { rows: 24, columns: 80 };

function after(...commands: readonly Command[]): Explorer {
  return commands.reduce((explorer, command) => update(explorer, command).explorer, start);
}

function screen(explorer: Explorer, size: Size = usual): readonly string[] {
  const colorless = new Chalk({ level: 0 });
  return viewOf(explorer, size).map((line) => paint(line, colorless));
}

test("the screen shows the steps around, the effect of the last one, the positions of the actors, and the keys", () => {
  const documentation = readFileSync(new URL("../../docs/replay.md", import.meta.url), "utf8");
  const shown = /```text\n(.*?)\n```/s.exec(documentation)?.[1]?.split("\n") ?? [];
  assert.equal(shown.length, 20);

  assert.deepEqual(screen(after({ kind: "move", by: 9 })), [
    ...shown,
    "",
    "",
    "left/right step  home/end first/last  : go to  / change of variable  n/N again",
    "up/down choose  enter take  u undo  w write  v all values  ? all keys  q quit",
  ]);
});

test("a violation comes first, with the failing part and its values", () => {
  const lines = screen(after({ kind: "last" }));
  const at = lines.findIndex((line) => line.startsWith("-- what step 10 did"));

  assert.deepEqual(lines.slice(at + 1, at + 4), [
    " violates no-use-after-free: faulter uses P0, which violates the property",
    "   must be true, but is false: !event.stale",
    "     event.stale = true",
  ]);
});

test("a larger window shows more steps, a narrower one cuts lines off, and a tiny one says which size it needs", () => {
  const steps = (lines: readonly string[]) => lines.filter((line) => /^[> ] +\d+ {2}(faulter|zapper) /.test(line));
  const here = after({ kind: "move", by: 5 });
  assert.ok(steps(screen(here, { rows: 40, columns: 120 })).length > steps(screen(here)).length);
  const narrow = screen(here, { rows: 14, columns: 40 });
  assert.equal(narrow.at(-1), "arrows move  enter take  ? keys  q quit");
  assert.ok(narrow.some((line) => line.endsWith("..")));
  assert.equal(screen(here, { rows: 10, columns: 30 })[0], "at least 40x14, please");
});

test("a long list of steps to choose from scrolls and keeps the chosen one in sight", () => {
  const subject = twoLocksSubject();
  const trace = sampleTrace(subject, "counts");
  const locks = openTrace({ subject, origin: sampleOrigin, trace, fileName: (number) => `${number}`, fileNumber: 1 });
  const panel = (selected: number) => screen({ ...locks, selected }, { rows: 14, columns: 80 }).slice(8, 11);

  assert.deepEqual(panel(0), [
    ">*  1  one  add_one: begin [quickly]",
    "    2  one  add_one: begin [slowly]",
    "       ... 2 below",
  ]);
  assert.deepEqual(panel(3), [
    "    3  two  add_one: begin [quickly]",
    ">   4  two  add_one: begin [slowly]",
    "       ... 2 above",
  ]);
});

test("the page of all variables marks those that the step changed", () => {
  const here = after({ kind: "move", by: 9 }, { kind: "show", what: "everything" });
  const all = screen(here, { rows: 100, columns: 80 });

  for (const name of Object.keys(faultRace().trace.initial).filter((variable) => variable.startsWith("pte")))
    assert.ok(
      all.some((line) =>
        line
          .trimStart()
          .replace("* ", "")
          .startsWith(`${compactName(name)} = `),
      ),
      name,
    );
  assert.ok(all.includes(" * refcount[P0] = 0"));
  assert.ok(all.includes("   refcount[P1] = 0"));
  const scrolled = screen(update(here, { kind: "scroll", by: 5 }).explorer);
  assert.equal(scrolled[2], screen(here)[7]);
});

test("an answer longer than the line shows its end", () => {
  const asked = after({ kind: "ask", purpose: "file" }, { kind: "type", text: `${"x".repeat(100)}/end.json` });
  const [line = ""] = screen(asked).slice(-3);
  assert.match(line, /^write the path to: x+\/end\.json_$/);
  assert.equal(line.length, 80);
});

test("each actor has its own colour, and the text is the same without colours", () => {
  const colored = viewOf(after({ kind: "move", by: 9 }), usual).map((line) => paint(line, new Chalk({ level: 1 })));
  assert.ok(colored.some((line) => line.includes("\u001b[36mfaulter  \u001b[39m")));
  assert.ok(colored.some((line) => line.includes("\u001b[33mzapper   \u001b[39m")));
  const plain = colored.map((line) => stripVTControlCharacters(line));
  assert.deepEqual(plain, screen(after({ kind: "move", by: 9 })));
});

test("a waiting actor says for what it waits, and a step that only looked says what it saw", () => {
  const subject = twoLocksSubject({ reversed: true });
  const trace = sampleTrace(subject, "no-deadlock");
  const locks = openTrace({ subject, origin: sampleOrigin, trace, fileName: (number) => `${number}`, fileNumber: 1 });
  const lines = screen(update(locks, { kind: "last" }).explorer);
  assert.ok(lines.includes("       one  waits in add_one: second_lock, for lock[b]: true"), lines.join("\n"));
  assert.ok(lines.includes("       two  waits in add_one: second_lock, for lock[a]: true"), lines.join("\n"));

  const looked = screen(after({ kind: "move", by: 3 }), { rows: 40, columns: 100 });
  assert.ok(looked.includes(" sees pte[parent][buf0]: device_exclusive P0 W S"), looked.join("\n"));
  assert.ok(looked.includes(" faulter took P0 from the entry, without a reference"), looked.join("\n"));
});

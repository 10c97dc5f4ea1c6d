/** A scenario's text as the editor gives it: facts, or the command line's messages with their places. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { read } from "../../src/playground/engine/read.ts";
import type { PlacedDiagnostic } from "../../src/playground/protocol.ts";
import { commandLine } from "../fixtures/command-line.ts";
import { folder, host, scenario } from "./same-question.ts";

const forkBusy = scenario("specs/fork-busy.json");

interface Mistake {
  readonly in: string;
  readonly change: (text: string) => string;
  /** The part of the changed text that is marked. */
  readonly marks: string;
}

function changed(from: string | RegExp, to: string): (text: string) => string {
  return (text) => {
    const other = text.replace(from, to);
    assert.notEqual(other, text, String(from));
    return other;
  };
}

const mistakes: readonly Mistake[] = [
  { in: "the syntax", change: changed(/,\n/, ",,\n"), marks: "," },
  { in: "the name of a key", change: changed('"actors"', '"acters"'), marks: '"acters"' },
  { in: "a kernel", change: changed('"v5.14+"', '"v5.41+"'), marks: '"v5.41+"' },
  { in: "the name of a property", change: changed('"fork-succeeds"', '"fork-suceeds"'), marks: '"fork-suceeds"' },
  {
    in: "an expression",
    change: changed(/\n\}\s*$/, ',\n  "sometimes": [{ "name": "x", "expr": "refcnt[P0] > 1" }]\n}\n'),
    marks: "refcnt",
  },
  {
    in: "an edit",
    change: changed(/\n\}\s*$/, ',\n  "edits": ["drop copy_pte_range: no such step"]\n}\n'),
    marks: '"drop copy_pte_range: no such step"',
  },
  {
    in: "an edit, with the line ends of Windows",
    change: (text) => changed(/\n\}\s*$/, ',\n  "edits": ["drap"]\n}\n')(text).replaceAll("\n", "\r\n"),
    marks: "drap",
  },
];

for (const mistake of mistakes) {
  test(`a mistake in ${mistake.in} has the command line's message, and its place in the text`, async () => {
    const file = join(folder, "mistake.json");
    const text = mistake.change(forkBusy.text);
    writeFileSync(file, text);
    const answer = await read({ file, text }, host);
    assert.ok(!answer.ok);
    const { stderr, code } = await commandLine(file, "--out", folder);
    assert.equal(code, 2);
    assert.equal(`${answer.diagnostics.map(({ rendered }) => rendered).join("\n")}\n`, stderr);
    const [first] = answer.diagnostics as readonly PlacedDiagnostic[];
    assert.equal(text.slice(first?.range?.from, first?.range?.to), mistake.marks);
  });
}

test("a scenario without a mistake gives the facts of its file", async () => {
  const answer = await read(forkBusy, host);
  assert.ok(answer.ok);
  const { name, description, kernels, actors, properties } = answer.value;
  const written = JSON.parse(forkBusy.text);
  assert.deepEqual([name, description], [written.name, written.description]);
  assert.deepEqual(kernels, ["v8", "v5.14", "v6.4", "v6.15", "v7.1"]);
  assert.deepEqual(answer.value.changes, []);
  assert.deepEqual(actors, Object.keys(written.actors));
  assert.ok(properties.includes("no-deadlock"));
});

test("a scenario that changes its kernels says what it changes in each", async () => {
  const answer = await read(scenario("specs/fork-race.json"), host);
  assert.ok(answer.ok);
  const features = { with: [], without: ["zap-expects-anonymous-vma"] };
  assert.deepEqual(answer.value.changes, [
    { kernel: "v6.4", features },
    { kernel: "v6.15", features },
  ]);
});

test("the facts of a scenario say what a verdict about it is bounded by", async () => {
  const answer = await read(forkBusy, host);
  assert.ok(answer.ok);
  assert.equal(
    answer.value.bounds,
    "3 physical pages, 2 processes; forker: fork child; engine: atomic buf[0]; each actor runs once",
  );
});

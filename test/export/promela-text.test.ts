/** The text of exported programs, as far as it can be tested without SPIN. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import fc from "fast-check";
import { questionOf, runsOf } from "../../scripts/library/runs.ts";
import { exportPromela } from "../../src/export/promela/export-promela.ts";
import { add, constant, eq, load } from "../../src/ir/expression.ts";
import type { Program } from "../../src/ir/program.ts";
import type { Statement } from "../../src/ir/statement.ts";
import { int } from "../../src/ir/types.ts";
import { variable } from "../../src/ir/variable.ts";
import { exportUnlessTooLong } from "../fixtures/export-unless-too-long.ts";
import { randomProgram } from "../fixtures/random-program.ts";
import { type TwoLocks, twoLocksSubject } from "../fixtures/two-locks-model.ts";

function twoLocks(shape?: TwoLocks) {
  const { program, properties } = twoLocksSubject(shape);
  const asked = properties.map(({ property }) => property);
  return { program, ...exportPromela(program, asked, "Two locks") };
}

/** Without comments. */
function codeOf(text: string): string {
  return text.replaceAll(/\/\*.*?\*\//g, "");
}

function assertWellFormed(text: string): void {
  const code = codeOf(text);
  const count = (what: RegExp): number => [...code.matchAll(what)].length;
  assert.equal(count(/^\s*if$/gm), count(/^\s*fi;$/gm));
  assert.equal(count(/^\s*do$/gm), count(/^\s*od;$/gm));
  assert.equal(count(/\(/g), count(/\)/g));
  assert.equal(count(/\{/g), count(/\}/g));
  assert.doesNotMatch(code, /undefined|NaN|\[object/);
}

test("the exported text of two threads with two locks is the expected file", () => {
  assert.equal(twoLocks({ small: true }).text, readFileSync("test/fixtures/two-locks.pml", "utf8"));
});

test("the text has every step of every actor, under its procedure and label", () => {
  const { program, text } = twoLocks();
  for (const { first, count, final } of program.actors) assert.equal(final, first + count - 1);
  for (const [number, { first, count }] of program.actors.entries()) {
    for (const { id, procedure, label, body } of program.locations.slice(first, first + count)) {
      if (body.length === 0) continue;
      assert.match(text, new RegExp(`/\\* ${procedure}: ${label} \\*/\\n *:: pc_${number} == ${id - first} ->`));
    }
  }
});

test("the text of random programs has balanced brackets, and is the same each time", () => {
  fc.assert(
    fc.property(fc.gen(), (g) => {
      const { program, properties } = randomProgram(g);
      const text = exportUnlessTooLong(program, properties)?.text;
      fc.pre(text !== undefined);
      assertWellFormed(text);
      assert.equal(exportUnlessTooLong(program, properties)?.text, text);
    }),
    { numRuns: 20 },
  );
});

test("a step whose guard would fill a disk is refused at once, and the error names it", () => {
  const { program } = twoLocksSubject();
  const [location] = program.locations;
  assert.ok(location !== undefined);
  const counter = variable("counter", int(0, 1));
  const value = load(counter, 0);
  const doubled: Statement = {
    op: "assign",
    target: { variable: counter, index: constant(0) },
    value: add(value, value),
  };
  const waits: Statement = { op: "await", condition: eq(value, 0) };
  const body = [...Array.from({ length: 40 }, () => doubled), waits, ...location.body];
  const long: Program = { ...program, locations: program.locations.map((l) => (l === location ? { ...l, body } : l)) };
  assert.throws(
    () => exportPromela(long, [], "Two locks"),
    new RegExp(`GuardTooLong: ${location.procedure}: ${location.label} waits`),
  );
});

test("the text of a large scenario has balanced brackets and declares each used variable once", () => {
  const [run] = runsOf(["specs/fork-race.json"]);
  assert.ok(run !== undefined);
  const { program, properties } = questionOf(run);
  const { text } = exportPromela(program, properties, "Fork race");
  assertWellFormed(text);
  const declared = [...text.matchAll(/^(?:SCRATCH )?(?:bit|byte|short|int) (\w+)/gm)].map(([, name]) => name);
  assert.equal(new Set(declared).size, declared.length);
  const used = codeOf(text).matchAll(/\b(?:v|pc|r|old|part|ok|event|step|held)_\w+/g);
  for (const [name] of used) assert.ok(declared.includes(name), name);
});

test("can-always-finish is left out, and a comment says so", () => {
  const { program } = twoLocksSubject();
  const progress = { name: "can-always-finish", sentence: "", checks: [{ kind: "can-finish" }] } as const;
  const { leftOut, text } = exportPromela(program, [progress], "Two locks");
  assert.deepEqual(leftOut, ["can-always-finish"]);
  assert.match(text, /Not in this file: can-always-finish/);
});

test("text that a user wrote cannot end its comment", () => {
  const { program } = twoLocksSubject();
  const { text } = exportPromela(program, [], "x */ assert(false) /* \n#include \u{1f600}");
  const [first, second] = text.split("\n");
  assert.equal(first, "/* x * / assert(false) / * ?#include ?? */");
  assert.equal(second, "");
});

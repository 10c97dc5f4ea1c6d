/** SPIN finds the same states and the same violations in exported programs. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import fc from "fast-check";
import { askSpin, spinMissing } from "../../scripts/library/spin.ts";
import { referenceSearch } from "../../src/checker/reference-search.ts";
import { exportPromela } from "../../src/export/promela/export-promela.ts";
import { constant } from "../../src/ir/expression.ts";
import type { Program } from "../../src/ir/program.ts";
import type { Property } from "../../src/ir/property.ts";
import { hasFinished } from "../../src/ir/resting-places.ts";
import { exportUnlessTooLong } from "../fixtures/export-unless-too-long.ts";
import { peersModel, peersProperties } from "../fixtures/peers-model.ts";
import { randomProgram } from "../fixtures/random-program.ts";
import { twoLocksSubject } from "../fixtures/two-locks-model.ts";

const missing = spinMissing();
const skip = missing ?? false;

function assertAgrees(program: Program, properties: readonly Property[]): void {
  let finished = 0;
  const ours = referenceSearch(program, properties, {
    onState: (state) => {
      if (hasFinished(program, state)) finished++;
    },
  });
  const folder = mkdtempSync(join(tmpdir(), "exclusive-check-spin-"));
  try {
    const exported = exportPromela(program, properties, "A test");
    const theirs = askSpin(exported, { folder, breadthFirst: true, optimise: "-O0" });
    assert.equal(theirs.states, ours.states);
    assert.equal(theirs.transitions, ours.transitions + finished);
    assert.deepEqual(new Map([...theirs.violations].sort()), new Map([...ours.violations].sort()));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

for (const [what, shape] of [
  ["locks taken in opposite orders", { reversed: true }],
  ["an assertion and an event", { noLock: true }],
] as const) {
  test(`SPIN finds our states and our shortest violations: ${what}`, { skip }, () => {
    const { program, properties } = twoLocksSubject(shape);
    assertAgrees(
      program,
      properties.map(({ property }) => property),
    );
  });
}

test("SPIN finds our states and our shortest violations: the peers' protocol", { skip }, () => {
  assertAgrees(peersModel(2, true), peersProperties);
});

test("SPIN finds a violation in the initial state, and goes no further", { skip }, () => {
  const { program, properties } = twoLocksSubject();
  const never = { kind: "state", premise: undefined, condition: constant(0) } as const;
  const broken = { name: "impossible", sentence: "", checks: [never] };
  const folder = mkdtempSync(join(tmpdir(), "exclusive-check-spin-"));
  const asked = [...properties.map(({ property }) => property), broken];
  const { violations, states } = askSpin(exportPromela(program, asked, "A test"), { folder, optimise: "-O0" });
  rmSync(folder, { recursive: true });
  assert.deepEqual([...violations.keys()], ["impossible"]);
  assert.ok(states <= 4);
});

test("SPIN finds a value that leaves its range", { skip }, () => {
  const { program } = twoLocksSubject({ small: true });
  const folder = mkdtempSync(join(tmpdir(), "exclusive-check-spin-"));
  const { rangeError } = askSpin(exportPromela(program, [], "A test"), { folder, optimise: "-O0" });
  rmSync(folder, { recursive: true });
  assert.ok(rangeError);
});

test("SPIN finds our states and our shortest violations: random programs", { skip }, () => {
  let compared = 0;
  for (const g of fc.sample(fc.gen(), { numRuns: 100, seed: 4 })) {
    const { program, properties } = randomProgram(g);
    const { complete, states, rangeError } = referenceSearch(program, properties, { maxDepth: 12 });
    if (!complete || states < 4 || rangeError !== undefined) continue;
    if (exportUnlessTooLong(program, properties) === undefined) continue;
    assertAgrees(program, properties);
    if (++compared === 2) return;
  }
  assert.fail("too few programs end");
});

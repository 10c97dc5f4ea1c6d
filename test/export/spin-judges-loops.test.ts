/** SPIN's search for acceptance cycles finds a loop in an exported program if and only if we find one. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import fc from "fast-check";
import { askSpinForLoops, spinMissing } from "../../scripts/library/spin.ts";
import { referenceSearch } from "../../src/checker/reference-search.ts";
import { exportPromela } from "../../src/export/promela/export-promela.ts";
import type { Program } from "../../src/ir/program.ts";
import type { Property } from "../../src/ir/property.ts";
import { exportUnlessTooLong } from "../fixtures/export-unless-too-long.ts";
import { randomProgram } from "../fixtures/random-program.ts";
import { assertsHold, retryModel } from "../fixtures/retry-model.ts";

const skip = spinMissing() ?? false;
const kinds = ["ends-alone", "ends-together"] as const;
const loops = kinds.map((kind): Property => ({ name: kind, sentence: "", checks: [{ kind }] }));

/** The properties that SPIN finds violated, which must be ours. */
function judged(program: Program, others: readonly Property[] = []): readonly string[] {
  const properties = [...others, ...loops];
  const folder = mkdtempSync(join(tmpdir(), "exclusive-check-spin-"));
  try {
    const theirs = askSpinForLoops(exportPromela(program, properties, "A test"), { folder, optimise: "-O0" });
    const { violations } = referenceSearch(program, properties);
    assert.deepEqual(
      theirs,
      kinds.filter((kind) => violations.has(kind)),
    );
    return theirs;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

for (const [what, shape, found] of [
  ["threads that look at a raised flag again and again", {}, kinds],
  ["threads that lower their flag before they look again", { polite: true }, kinds],
  ["threads that wait, and so are stuck", { waits: true }, []],
] as const) {
  test(`SPIN finds our loops: ${what}`, { skip }, () => {
    assert.deepEqual(judged(retryModel(shape)), found);
  });
}

test("SPIN finds no loop in steps that violate another property", { skip }, () => {
  assert.deepEqual(judged(retryModel({ asserts: true }), [assertsHold]), []);
});

test("SPIN finds our loops in random programs, with bad luck", { skip }, () => {
  const seen = new Set<string>();
  for (const g of fc.sample(fc.gen(), { numRuns: 400, seed: 4 })) {
    const { program, properties } = randomProgram(g, { marked: true });
    const { complete, states, rangeError, violations } = referenceSearch(program, [...properties, ...loops], {
      maxDepth: 12,
    });
    const verdict = kinds.filter((kind) => violations.has(kind)).join();
    if (!complete || states < 8 || rangeError !== undefined || seen.has(verdict)) continue;
    const { text } = exportUnlessTooLong(program, properties) ?? {};
    // The compiler needs many seconds for a long text.
    if (text === undefined || text.length > 40_000) continue;
    seen.add(verdict);
    judged(program, properties);
    if (seen.size === 2) return;
  }
  assert.fail(`only ${[...seen].join(" and ")}`);
});

/**
 * With symmetry, one representative of the states that differ by a permutation is explored. The results stay the same.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { questionOf, type Run, runsOf, titleOf } from "../../scripts/library/runs.ts";
import type { SearchResult } from "../../src/checker/contract/search-types.ts";
import { referenceSearch } from "../../src/checker/reference-search.ts";
import { search } from "../../src/checker/search.ts";
import { canonicalForms } from "../fixtures/canonical-forms.ts";
import { isNightly } from "../fixtures/nightly.ts";
import { peersModel, peersProperties } from "../fixtures/peers-model.ts";

test("symmetry of identical threads gives the number of states that TLC counts", async () => {
  const program = peersModel(3);
  const found = await search(program, peersProperties, { symmetries: program.symmetries });
  assert.deepEqual(
    { states: found.states, transitions: found.transitions, depth: found.depth, complete: found.complete },
    { states: 60_901, transitions: 183_211, depth: 66, complete: true },
  );
});

test("a counterexample has the same steps with and without symmetry, for any number of workers", async () => {
  const program = peersModel(3, true);
  const whole = await search(program, peersProperties);
  assert.equal(whole.violations.length, 1);
  for (const workers of isNightly ? [1, 2, 4] : [1, 4]) {
    const reduced = await search(program, peersProperties, {
      symmetries: program.symmetries,
      workers,
      soloStates: 100,
    });
    assert.deepEqual(reduced.violations, whole.violations);
    assert.ok(reduced.states * 5 < whole.states);
  }
});

/** Threads and pages to permute, violations by states, steps, assertions, deadlocks, and states that cannot finish. */
const scenarios = [
  "specs/fault-race.json",
  "specs/fault-race-two-faults.json",
  "specs/without-fork-flushes-tlb.json",
  "specs/without-swap-in-rechecks-cache.json",
  "specs/oom-reap-nouveau.json",
];

test("shipped scenarios give the same verdicts, traces and tested properties with and without symmetry", async () => {
  let reducedRuns = 0;
  for (const run of runsOf(scenarios)) {
    // Every night on all their kernels.
    if (!isNightly && run.position > 1) continue;
    const { program, properties, symmetries } = questionOf(run);
    if (symmetries.length === 0) continue;
    const whole = await search(program, properties);
    const reduced = await search(program, properties, { symmetries });
    assert.deepEqual(judged(reduced), judged(whole), titleOf(run));
    if (reduced.states < whole.states) reducedRuns++;
  }
  assert.ok(reducedRuns > 2);
});

function judged({ violations, tested, complete }: SearchResult) {
  return { violations, tested, complete };
}

test("the generated code and the interpreter give the same canonical form of every state", () => {
  const [run] = runsOf(["specs/fault-race-two-faults.json"]) as [Run];
  const programs = [questionOf(run).program, peersModel(2), peersModel(4)];
  let changed = 0;
  for (const program of programs) {
    const canonical = canonicalForms(program);
    let compared = 0;
    referenceSearch(program, [], {
      maxDepth: 12,
      onState(state) {
        const { expected, given, original } = canonical(state);
        assert.deepEqual(given, expected);
        compared++;
        if (original.join() !== expected.join()) changed++;
      },
    });
    assert.ok(compared > 100);
  }
  assert.ok(changed > 100);
});

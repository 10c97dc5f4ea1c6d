import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import type { SearchOptions } from "../../src/checker/contract/search-types.ts";
import { referenceSearch } from "../../src/checker/reference-search.ts";
import { search } from "../../src/checker/search.ts";
import type { Program } from "../../src/ir/program.ts";
import type { Property } from "../../src/ir/property.ts";
import { buildTrace } from "../../src/trace/build-trace.ts";
import { replay } from "../../src/trace/replay.ts";
import { tries } from "../fixtures/nightly.ts";
import { peersModel } from "../fixtures/peers-model.ts";
import { randomProgram } from "../fixtures/random-program.ts";
import { assertsHold, canFinish, noDeadlock, retryModel } from "../fixtures/retry-model.ts";
import { sampleOrigin } from "../fixtures/sample-trace.ts";
import { sampleUntil } from "../fixtures/samples.ts";

/** Lengths of the violations by name, on which both searches agree. */
async function violationsOf(program: Program, properties: readonly Property[], options: SearchOptions = {}) {
  const found = await search(program, properties, { memoryBytes: 2 ** 25, workers: 1, ...options });
  const lengths = found.violations.flatMap(({ property, steps }) =>
    property === "range-error" ? [] : [[properties[property]?.name ?? "", steps.length] as const],
  );
  const plain = referenceSearch(program, properties, options.maxDepth === undefined ? {} : options);
  assert.deepEqual(new Map(lengths), plain.violations);
  assert.deepEqual(
    [found.states, found.transitions, found.complete],
    [plain.states, plain.transitions, plain.complete],
  );
  return Object.fromEntries(lengths);
}

test("threads that keep their flags raised can reach a state from which none can finish", async () => {
  assert.deepEqual(await violationsOf(retryModel(), [canFinish, noDeadlock]), { "can-finish": 2 });
});

test("threads that lower their flags may try again forever, but can always finish", async () => {
  assert.deepEqual(await violationsOf(retryModel({ polite: true }), [canFinish, noDeadlock]), {});
});

test("a deadlock is not reported again as a livelock, but is reported if deadlocks are not checked", async () => {
  assert.deepEqual(await violationsOf(retryModel({ waits: true }), [canFinish, noDeadlock]), { "no-deadlock": 2 });
  assert.deepEqual(await violationsOf(retryModel({ waits: true }), [canFinish]), { "can-finish": 2 });
});

test("a path that ends in another violation counts as a path out of a circle", async () => {
  const program = retryModel({ asserts: true });
  assert.deepEqual(await violationsOf(program, [assertsHold, canFinish]), { asserts: 3 });
  assert.deepEqual(await violationsOf(program, [canFinish]), { "can-finish": 2 });
});

test("a search that did not explore everything does not judge can-always-finish", async () => {
  const program = retryModel();
  const found = await search(program, [canFinish], { maxDepth: 3, workers: 1 });
  assert.deepEqual([found.complete, found.violations, found.tested], [false, [], [[false]]]);
  const whole = await search(program, [canFinish], { workers: 1 });
  assert.deepEqual([whole.complete, whole.tested], [true, [[true]]]);
});

test("the trace of a livelock ends with a cycle in which every actor moves, and replays", async () => {
  const program = retryModel();
  const { violations } = await search(program, [canFinish], { workers: 1 });
  const subject = { program, properties: [{ property: canFinish, explain: [undefined] }] };
  const trace = buildTrace(subject, { property: canFinish.name, steps: violations[0]?.steps ?? [] }, sampleOrigin);
  assert.equal(trace.violation.kind, "livelock");
  assert.equal(
    trace.violation.message,
    "no path from here lets all actors finish: steps of one and two reach 1 state, none of them final; from here the run can repeat steps 3 to 4 for ever",
  );
  assert.equal(trace.violation.repeats, 3);
  assert.deepEqual(
    trace.steps.slice(2).map(({ actor, label }) => `${actor}: ${label}`),
    ["one: look", "two: look"],
  );
  assert.deepEqual(
    trace.violation.blocked?.map(({ actor, label }) => `${actor}: ${label}`),
    ["one: look", "two: look"],
  );
  assert.equal(replay(trace, subject).reproduced, true);
});

test("one, two and four workers find the same livelocked state, in a program that never finishes and in one that can", async () => {
  for (const program of [peersModel(tries(2, 3), true), retryModel()]) {
    const runs = [];
    for (const [workers, soloStates] of [
      [1, Number.MAX_VALUE],
      [2, 0],
      [4, 0],
    ] as const) {
      const { violations, states, transitions } = await search(program, [canFinish], { workers, soloStates });
      runs.push({ violations, states, transitions });
    }
    assert.equal(runs[0]?.violations.length, 1);
    for (const run of runs) assert.deepEqual(run, runs[0]);
  }
});

test("both searches agree on random programs which states can finish", async () => {
  let livelocks = 0;
  const isEnough = (): boolean => livelocks > 2;
  await sampleUntil(isEnough, () =>
    fc.assert(
      fc.asyncProperty(fc.gen(), async (g) => {
        const { program, properties } = randomProgram(g);
        const asked = [...properties.filter(({ checks }) => checks.every(({ kind }) => kind !== "step")), canFinish];
        const violations = await violationsOf(program, asked, { maxDepth: 12 });
        if (violations[canFinish.name] !== undefined) livelocks++;
      }),
      { numRuns: tries(8, 60) },
    ),
  );
  assert.ok(isEnough(), `${livelocks} livelocks`);
});

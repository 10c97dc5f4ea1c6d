import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Move } from "../../src/checker/contract/search-types.ts";
import { referenceSearch } from "../../src/checker/reference-search.ts";
import { search } from "../../src/checker/search.ts";
import { shortenWalks } from "../../src/checker/shorten-walks.ts";
import { type SimulationOptions, type SimulationResult, simulate } from "../../src/checker/simulate.ts";
import { constant, type Expr, eq, load } from "../../src/ir/expression.ts";
import { executeStep, initialState } from "../../src/ir/interpreter.ts";
import type { Program } from "../../src/ir/program.ts";
import type { Property } from "../../src/ir/property.ts";
import { bool } from "../../src/ir/types.ts";
import { tries } from "../fixtures/nightly.ts";
import { peersModel, peersProperties } from "../fixtures/peers-model.ts";
import { randomProgram } from "../fixtures/random-program.ts";
import { assertsHold, canFinish, noDeadlock, retryModel } from "../fixtures/retry-model.ts";
import { sampleUntil } from "../fixtures/samples.ts";
import { twoLocksSubject } from "../fixtures/two-locks-model.ts";

const few: SimulationOptions = { seed: 1, walks: 300, depth: 1000 };

function timeless(result: SimulationResult): SimulationResult {
  return { ...result, seconds: 0 };
}

function assertEnabled(program: Program, steps: readonly Move[]): void {
  let state = initialState(program);
  for (const { location, choice } of steps) {
    const outcome = executeStep(program, state, location, choice);
    assert.ok(outcome !== undefined, "a step of the walk is not enabled");
    state = outcome.state;
  }
}

test("the plain search finds every violation that walks find, and the shortened paths are shortest", {
  timeout: 300_000,
}, async () => {
  let violations = 0;
  const isEnough = (): boolean => violations > 10;
  await sampleUntil(isEnough, () =>
    fc.assert(
      fc.asyncProperty(fc.gen(), async (g) => {
        const { program, properties } = randomProgram(g);
        const depth = 6;
        const walked = await simulate(program, properties, { seed: 5, walks: 200, depth });
        const plain = referenceSearch(program, properties, { maxDepth: depth });
        assert.ok(walked.longest <= depth);
        const bounds = { memoryBytes: 2 ** 25, workers: 1 };
        const shortened = await shortenWalks(program, properties, walked.violations, bounds);
        for (const [position, { property, steps }] of walked.violations.entries()) {
          violations++;
          const short = shortened[position]!;
          assert.equal(short.property, property);
          assert.ok(short.shortest && short.steps.length <= steps.length);
          for (const way of [steps, short.steps]) assertEnabled(program, way);
          if (property === "range-error") assert.ok(plain.rangeError !== undefined);
          else assert.equal(short.steps.length, plain.violations.get(properties[property]!.name));
        }
      }),
      { numRuns: tries(20, 60) },
    ),
  );
  assert.ok(isEnough(), `only ${violations} violations were found`);
});

test("walks find the peers' bug, and find none if there is none", async () => {
  const found = await simulate(peersModel(3, true), peersProperties, { ...few, stopAtFirstViolation: true });
  assert.equal(found.violations.length, 1);
  assert.equal(found.violations[0]?.walk, found.walks);
  assert.ok(found.walks < few.walks);
  const none = await simulate(peersModel(3), peersProperties, few);
  assert.deepEqual(timeless(none), {
    walks: 300,
    steps: 300_000,
    longest: 1000,
    seconds: 0,
    stoppedBy: undefined,
    met: [],
    violations: [],
  });
});

test("the same seed gives the same walks, and another seed gives others", async () => {
  const walk = (seed: number) => simulate(peersModel(3, true), peersProperties, { ...few, seed });
  const first = timeless(await walk(1));
  assert.deepEqual(timeless(await walk(1)), first);
  assert.notDeepEqual(timeless(await walk(2)), first);
});

test("after a violation walks go on to find others, and a walk ends if no actor can move", async () => {
  const program = retryModel({ asserts: true, waits: false });
  const found = await simulate(program, [assertsHold, noDeadlock], few);
  assert.deepEqual(
    found.violations.map(({ property }) => property),
    [0],
  );
  assert.equal(found.walks, few.walks);
  assert.ok(found.longest < 10);
  const stuck = await simulate(retryModel({ waits: true }), [assertsHold, noDeadlock], few);
  assert.deepEqual(
    stuck.violations.map(({ property, steps }) => [property, steps.length]),
    [[1, 2]],
  );
});

test("walks do not judge can-always-finish", async () => {
  assert.deepEqual((await simulate(retryModel(), [canFinish], few)).violations, []);
});

test("a timeout and a signal end the walks", async () => {
  const endless = { seed: 1, walks: Number.POSITIVE_INFINITY, depth: 100 };
  const late = await simulate(peersModel(2), peersProperties, { ...endless, timeoutMs: 50 });
  assert.equal(late.stoppedBy, "timeout");
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 50);
  const stopped = await simulate(peersModel(2), peersProperties, { ...endless, signal: controller.signal });
  assert.equal(stopped.stoppedBy, "signal");
});

test("if the search reaches its limit first, only the circles are removed from a walk", async () => {
  const program = peersModel(3, true);
  const { violations } = await simulate(program, peersProperties, { ...few, stopAtFirstViolation: true });
  const walked = violations[0]!.steps;
  const [cut, whole] = await Promise.all(
    [3000, 1_000_000].map((maxStates) => shortenWalks(program, peersProperties, violations, { maxStates, workers: 1 })),
  );
  assert.deepEqual([cut?.[0]?.shortest, whole?.[0]?.shortest], [false, true]);
  const states = new Set<string>();
  let state = initialState(program);
  for (const { location, choice } of cut?.[0]?.steps ?? []) {
    assert.ok(!states.has(state.join()), "the same state twice");
    states.add(state.join());
    const outcome = executeStep(program, state, location, choice);
    assert.ok(outcome !== undefined);
    state = outcome.state;
  }
  const { length = 0 } = cut?.[0]?.steps ?? [];
  assert.ok(length > 0 && length <= walked.length);
  assert.equal(whole?.[0]?.steps.length, 20);
});

test("a search can end with the level by which all given properties are violated", async () => {
  const program = peersModel(2, true);
  const options = { workers: 1, memoryBytes: 2 ** 25 };
  const assertion = await search(program, peersProperties, { ...options, until: [0] });
  assert.deepEqual([assertion.complete, assertion.violations.length], [false, 1]);
  const never = await search(program, peersProperties, { ...options, until: [0, 1] });
  assert.equal(never.complete, true);
});

test("walks count how often a condition is met: always at the start, in every whole walk, or never", async () => {
  const { program, conditions = [], properties } = twoLocksSubject();
  const [check] = conditions[0]?.property.checks ?? [];
  assert.ok(check?.kind === "state");
  const noted = (name: string, premise: Expr): Property => ({
    name,
    sentence: "",
    checks: [{ kind: "state", premise, condition: constant(1, bool) }],
  });
  const counter = program.variables.find(({ name }) => name === "counter");
  assert.ok(counter !== undefined);
  const sometimes = [
    noted("at the start", eq(load(counter), 0)),
    noted("on the way", check.condition),
    noted("never", eq(load(counter), 3)),
  ];
  const promised = properties.map(({ property }) => property).filter(({ name }) => name === "no-deadlock");
  const { met, violations } = await simulate(program, promised, { ...few, sometimes });
  assert.deepEqual([met, violations], [[few.walks, few.walks, 0], []]);
});

test("a condition that some walk meets is reachable", async () => {
  let reached = 0;
  const isEnough = (): boolean => reached > 0;
  await sampleUntil(isEnough, () =>
    fc.assert(
      fc.asyncProperty(fc.gen(), async (g) => {
        const { program, properties } = randomProgram(g);
        const sometimes = properties.flatMap(({ name, checks }): Property[] => {
          const conditions = checks.flatMap((check) => (check.kind === "state" ? [check.condition] : []));
          return conditions.map((premise) => ({
            name,
            sentence: "",
            checks: [{ kind: "state", premise, condition: constant(1, bool) }],
          }));
        });
        const { met, walks } = await simulate(program, [], { seed: 3, walks: 50, depth: 5, sometimes });
        const plain = referenceSearch(program, sometimes, { maxDepth: 5 });
        for (const [position, times] of met.entries()) {
          assert.ok(times <= walks);
          if (times > 0) assert.ok(plain.tested.has(sometimes[position]!.name));
          reached += times;
        }
      }),
      { numRuns: tries(15, 40) },
    ),
  );
  assert.ok(isEnough());
});

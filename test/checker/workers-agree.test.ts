import assert from "node:assert/strict";
import test from "node:test";
import type { SearchResult } from "../../src/checker/contract/search-types.ts";
import { search } from "../../src/checker/search.ts";
import { eq, gt, load, or } from "../../src/ir/expression.ts";
import type { Program } from "../../src/ir/program.ts";
import type { Property } from "../../src/ir/property.ts";
import type { Variable } from "../../src/ir/variable.ts";
import { isNightly } from "../fixtures/nightly.ts";
import { peersModel, peersProperties } from "../fixtures/peers-model.ts";

function named(program: Program, name: string): Variable {
  const found = program.variables.find((variable) => variable.name === name);
  assert.ok(found !== undefined);
  return found;
}

/** Properties that the protocol violates, at different depths and in many places at once. */
function brokenPromises(program: Program): readonly Property[] {
  const [refcount, locked, pte] = ["refcount", "page_lock", "pte"].map((name) => load(named(program, name), 0)) as [
    ReturnType<typeof load>,
    ReturnType<typeof load>,
    ReturnType<typeof load>,
  ];
  return [
    ...peersProperties,
    {
      name: "few",
      sentence: "",
      checks: [{ kind: "state", premise: undefined, condition: or(eq(refcount, 0), gt(5, refcount)) }],
    },
    {
      name: "exclusive-is-locked",
      sentence: "",
      checks: [{ kind: "state", premise: eq(pte, "exclusive"), condition: locked }],
    },
  ];
}

/** The results that must not depend on the number of threads. */
function timeless({ seconds, statesPerSecond, workers, bytesPerState, ...rest }: SearchResult) {
  assert.ok(seconds > 0 && statesPerSecond > 0 && workers > 0 && bytesPerState > 0);
  return rest;
}

test("one, two and four workers agree, whether they search from the first state on or start later", {
  timeout: 120_000,
}, async () => {
  const program = peersModel(3, true);
  const properties = brokenPromises(program);
  const alone = await search(program, properties, { workers: 1, soloStates: Number.POSITIVE_INFINITY });
  assert.equal(alone.violations.length, 3);
  assert.equal(alone.complete, true);
  for (const [workers, soloStates] of [
    [2, 20_000],
    [4, 0],
    [1, 0],
    [2, 0],
  ].slice(0, isNightly ? 4 : 2) as [number, number][]) {
    const together = await search(program, properties, { workers, soloStates });
    assert.deepEqual(timeless(together), timeless(alone));
  }
});

test("two workers count the states that the peers count", { timeout: 60_000 }, async () => {
  const found = await search(peersModel(3), peersProperties, { workers: 2 });
  assert.deepEqual(
    [found.states, found.transitions, found.depth, found.complete, found.violations],
    [352_617, 1_050_465, 66, true, []],
  );
  assert.ok(found.transitionsOf.every((count, id) => count > 0 || peersModel(3).locations[id]?.body.length === 0));
});

test("the trace of the peers' bug has 20 moves and few switches between threads", async () => {
  const found = await search(peersModel(2, true), peersProperties);
  const [violation] = found.violations;
  assert.equal(violation?.steps.length, 20);
  const actors = violation.steps.map(({ location }) => peersModel(2, true).locations[location]?.actor);
  assert.equal(actors.filter((actor, i) => i > 0 && actor !== actors[i - 1]).length, 2);
});

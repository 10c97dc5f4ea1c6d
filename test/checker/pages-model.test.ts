/** The protocol of bench/peers/pages.pml, for which SPIN and Rumur give the numbers below. */
import assert from "node:assert/strict";
import test from "node:test";
import { referenceSearch } from "../../src/checker/reference-search.ts";
import { search } from "../../src/checker/search.ts";
import type { State } from "../../src/ir/evaluate.ts";
import type { Program } from "../../src/ir/program.ts";
import { pagesModel, pagesProperties } from "../fixtures/pages-model.ts";

test("if threads keep what they have read until they are idle, the counts are those of the peers", async () => {
  const program = pagesModel({ threads: 2, pages: 2, keep: "until-idle" });
  const { states, transitions, depth, violations } = await search(program, pagesProperties);
  assert.deepEqual({ states, transitions, depth }, { states: 2_105_664, transitions: 4_365_288, depth: 193 });
  assert.deepEqual(violations, []);
});

test("resetting dead registers merges exactly the states that differ only in dead values", () => {
  const options = { threads: 2, pages: 1 } as const;
  const reset = pagesModel({ ...options, keep: "until-dead" });
  const kept = pagesModel({ ...options, keep: "until-idle" });
  assert.deepEqual(
    kept.locations.map(({ actor, label }) => [actor, label]),
    reset.locations.map(({ actor, label }) => [actor, label]),
  );
  const [keptStates, resetStates] = [statesOf(kept), statesOf(reset)];
  assert.ok(resetStates.length < 0.9 * keptStates.length);
  const [describeKept, describeReset] = [withoutDead(kept, reset), withoutDead(reset, reset)];
  const described = new Set(resetStates.map(describeReset));
  assert.equal(described.size, resetStates.length);
  assert.deepEqual(described, new Set(keptStates.map(describeKept)));
});

/** The states of the first levels: paths with the same steps have the same length in both programs. */
function statesOf(program: Program): readonly State[] {
  const states: State[] = [];
  referenceSearch(program, pagesProperties, { maxDepth: 35, onState: (state) => states.push(state) });
  return states;
}

/**
 * Returns states of `program` as texts. Of the threads' own values they contain only those that are live in `reset`.
 */
function withoutDead(program: Program, reset: Program): (state: State) => string {
  const slotsOf = (name: string): readonly number[] => {
    const variable = program.variables.find((one) => one.name === name);
    const slot = variable === undefined ? undefined : program.slotOf.get(variable);
    if (variable === undefined || slot === undefined) return assert.fail(`there is no ${name}`);
    return Array.from({ length: variable.size }, (_, element) => slot + element);
  };
  const shared = reset.variables.filter(({ actor }) => actor === undefined).flatMap(({ name }) => slotsOf(name));
  const threads = reset.actors.map(({ first, count, pc }, thread) => {
    const live = Array.from({ length: count }, (_, place) => {
      const registers = [...(reset.live[first + place] ?? [])];
      return program === reset
        ? registers.map((register) => reset.slotOf.get(register) ?? Number.NaN)
        : registers.map(({ name }) => slotsOf(name.replace("thread.", "own_"))[thread] ?? Number.NaN);
    });
    return { pc: slotsOf(pc.name)[0] ?? Number.NaN, live };
  });
  return (state) => {
    const values = threads.flatMap(({ pc, live }) => [pc, ...(live[state[pc] ?? 0] ?? [])]);
    return [...shared, ...values].map((slot) => state[slot]).join(" ");
  };
}

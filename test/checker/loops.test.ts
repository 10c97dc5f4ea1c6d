/** Loops: which searches find them, and that they close. */
import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import type { Violation } from "../../src/checker/contract/search-types.ts";
import { referenceSearch } from "../../src/checker/reference-search.ts";
import { search } from "../../src/checker/search.ts";
import { buildProgram } from "../../src/ir/build-program.ts";
import { enabledActors } from "../../src/ir/enabled-actors.ts";
import { add, load } from "../../src/ir/expression.ts";
import { executeStep, initialState } from "../../src/ir/interpreter.ts";
import { at } from "../../src/ir/lookup.ts";
import type { Program } from "../../src/ir/program.ts";
import type { Property } from "../../src/ir/property.ts";
import { procedure, recordActor } from "../../src/ir/recorder.ts";
import { int } from "../../src/ir/types.ts";
import { variable } from "../../src/ir/variable.ts";
import { tries } from "../fixtures/nightly.ts";
import { randomProgram } from "../fixtures/random-program.ts";
import { retryModel } from "../fixtures/retry-model.ts";
import { sampleUntil } from "../fixtures/samples.ts";

const endsAlone: Property = { name: "ends-alone", sentence: "", checks: [{ kind: "ends-alone" }] };
const endsTogether: Property = { name: "ends-together", sentence: "", checks: [{ kind: "ends-together" }] };
const both = [endsAlone, endsTogether];

test("all searches agree on random programs whether there are loops, with every store", async () => {
  const found = new Map(both.map(({ name }) => [name, 0]));
  const isEnough = (): boolean => [...found.values()].every((loops) => loops > 2);
  await sampleUntil(isEnough, () =>
    fc.assert(
      fc.asyncProperty(fc.gen(), fc.boolean(), fc.boolean(), async (g, marked, counting) => {
        const { program, properties } = randomProgram(g, { marked, counting });
        const asked = [...properties, ...both];
        const plain = referenceSearch(program, asked, { maxDepth: 12 });
        if (!plain.complete) return;
        for (const { name } of both) if (plain.violations.has(name)) found.set(name, (found.get(name) ?? 0) + 1);
        const isViolated = both.some(({ name }) => plain.violations.has(name));
        for (const store of isViolated ? (["exact", "tree", "fingerprint"] as const) : (["exact"] as const)) {
          const { violations } = await search(program, asked, {
            maxDepth: 12,
            workers: 1,
            memoryBytes: 2 ** 26,
            store,
          });
          for (const property of both) {
            const violation = violations.find((one) => asked[Number(one.property)] === property);
            assert.equal(violation?.steps.length, plain.violations.get(property.name), `${property.name} (${store})`);
            if (violation !== undefined) assertCloses(program, property, violation);
          }
        }
      }),
      { numRuns: tries(20, 80), endOnFailure: true },
    ),
  );
  assert.ok(isEnough(), `${[...found]}`);
});

/** The loop leads back to the end of the steps, needs no luck, and is of the kind that the property forbids. */
function assertCloses(program: Program, property: Property, { steps, loop = [] }: Violation): void {
  let state = initialState(program);
  for (const { location, choice } of steps) state = executeStep(program, state, location, choice)!.state;
  const start = state.join();
  let waits = 0;
  assert.ok(loop.length > 0);
  for (const { location, choice } of loop) {
    waits |= ~enabledActors(program, state);
    const outcome = executeStep(program, state, location, choice)!;
    assert.equal(outcome.finitelyOften, false);
    state = outcome.state;
  }
  assert.equal(state.join(), start);
  const moving = new Set(loop.map(({ location }) => at(program.locations, location).actor));
  if (property === endsAlone) assert.equal(moving.size, 1);
  else for (const actor of program.actors.keys()) assert.ok(moving.has(actor) || (waits & (1 << actor)) !== 0);
}

async function loopsOf(program: Program): Promise<readonly (readonly (string | number | undefined)[])[]> {
  const { violations } = await search(program, both, { workers: 1 });
  return violations.map(({ property, steps, loop }) => [
    property === "range-error" ? property : both[property]?.name,
    steps.length,
    loop?.length,
  ]);
}

test("a thread that looks at a raised flag goes round alone, and two that do so go round together", async () => {
  assert.deepEqual(await loopsOf(retryModel()), [
    ["ends-alone", 2, 1],
    ["ends-together", 2, 2],
  ]);
});

test("polite threads end alone, but can keep each other from ending", async () => {
  const [alone, ...others] = await loopsOf(retryModel({ polite: true }));
  // The other thread has raised its flag and stands still.
  assert.equal(alone?.[0], "ends-alone");
  assert.deepEqual(
    others.map(([name]) => name),
    ["ends-together"],
  );
});

test("a loop counts although only bad luck leads to it", async () => {
  const give = procedure<undefined>("give", { file: "lib/luck.c" }, (k) => {
    k.step("try", "gives up or waits", () => k.choose({ "gives up": () => k.return(), waits: () => {} }, ["gives up"]));
    k.loop(() => k.step("wait", "waits for ever", () => k.await(0)));
  });
  const root = procedure<undefined>("root", { file: "lib/luck.c" }, (k) => {
    k.call(give, undefined);
    k.loop(() => k.step("look", "looks again", () => {}));
  });
  const program = buildProgram({ variables: [], events: [], actors: [recordActor("one", root)] });
  assert.deepEqual(await loopsOf(program), [
    ["ends-alone", 1, 1],
    ["ends-together", 1, 1],
  ]);
});

test("a run that a value out of its range ends says nothing about runs from other states", async () => {
  const [count, step] = [variable("count", int(0, 3)), variable("step", int(0, 1), { initial: 1 })];
  const counter = procedure<undefined>("count", { file: "lib/count.c" }, (k) => {
    k.loop(() => k.step("add", "adds the step", () => k.set(load(count), add(load(count), load(step)))));
  });
  const stopper = procedure<undefined>("stop", { file: "lib/count.c" }, (k) => {
    k.step("stop", "makes the step zero", () => k.set(load(step), 0));
  });
  const program = buildProgram({
    variables: [count, step],
    events: [],
    actors: [recordActor("one", counter), recordActor("two", stopper)],
  });
  assert.deepEqual(await loopsOf(program), [
    ["ends-alone", 1, 1],
    ["ends-together", 1, 1],
    ["range-error", 4, undefined],
  ]);
});

test("threads that wait for each other are on no loop", async () => {
  assert.deepEqual(await loopsOf(retryModel({ waits: true })), []);
});

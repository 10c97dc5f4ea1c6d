/**
 * Where a search would go wrong if actors slept at the wrong places. In each program the first actor's step and the
 * second actor's last step are independent, so the first actor sleeps where the second has been faster. A third actor can
 * always move, because the last move that leads on is never left out.
 */
import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { referenceSearch } from "../../src/checker/reference-search.ts";
import { search } from "../../src/checker/search.ts";
import { buildProgram } from "../../src/ir/build-program.ts";
import { and, type Expr, eq, load, ne, not, or } from "../../src/ir/expression.ts";
import { at } from "../../src/ir/lookup.ts";
import type { Program } from "../../src/ir/program.ts";
import type { Property } from "../../src/ir/property.ts";
import { procedure, type Recorder, recordActor } from "../../src/ir/recorder.ts";
import { bool } from "../../src/ir/types.ts";
import { variable } from "../../src/ir/variable.ts";
import { tries } from "../fixtures/nightly.ts";
import { randomProgram } from "../fixtures/random-program.ts";

const flags = ["w", "x", "y", "z"].map((name) => variable(name, bool));
const [w, x, y, z] = flags.map((flag) => load(flag)) as [Expr, Expr, Expr, Expr];
const oldX = load(at(flags, 1), 0, true);

function programOf(...bodies: readonly ((k: Recorder) => void)[]): Program {
  const actors = bodies.map((body, number) =>
    recordActor(
      `actor ${number}`,
      procedure<undefined>("run", { file: "sleep" }, (k) => body(k)),
    ),
  );
  return buildProgram({ variables: flags, events: [], actors });
}

const sets =
  (...places: readonly Expr[]) =>
  (k: Recorder): void => {
    for (const [number, place] of places.entries()) k.step(`set ${number}`, "sets a flag", () => k.set(place, true));
  };

function property(kind: "state" | "step", condition: Expr): Property {
  const check = { premise: undefined, condition };
  return {
    name: "holds",
    sentence: "",
    checks: [kind === "state" ? { kind, ...check } : { kind, event: undefined, ...check }],
  };
}

test("an actor sleeps nowhere after a violation, because the other way to the next state may end there", async () => {
  const program = programOf(sets(x), sets(y), sets(z));
  const noXWithoutY = property("state", or(not(x), y));
  const found = await search(program, [noXWithoutY], { workers: 1 });
  assert.equal(found.states, 6);
  assert.equal(found.states, referenceSearch(program, [noXWithoutY]).states);
});

test("a step is tried again if the other actor changed what judges it", async () => {
  const program = programOf(sets(x), sets(y), sets(z));
  const noXAfterY = property("step", or(eq(x, oldX), not(y)));
  const { violations } = await search(program, [noXAfterY], { workers: 1 });
  assert.deepEqual(
    violations.map(({ steps }) => steps.map(({ location }) => at(program.locations, location).actor)),
    [[1, 0]],
  );
});

test("the trace of a violation may end with the move of an actor that sleeps", async () => {
  const waits = (k: Recorder): void =>
    k.step("set", "waits and sets a flag", () => {
      k.await(z);
      k.set(x, true);
    });
  const program = programOf(waits, sets(z, y), sets(w));
  const notBoth = property("state", not(and(x, y)));
  const { violations } = await search(program, [notBoth], { workers: 1 });
  // The other shortest paths switch twice between the actors.
  assert.deepEqual(
    violations.map(({ steps }) => steps.map(({ location }) => at(program.locations, location).actor)),
    [[1, 1, 0]],
  );
});

test("transitions of sleeping actors are counted, and so are the checks that they test", async () => {
  const program = programOf(sets(x), sets(y), sets(z));
  const some = property("state", or(ne(x, y), or(z, eq(x, y))));
  const found = await search(program, [some], { workers: 1 });
  const plain = referenceSearch(program, [some]);
  assert.deepEqual([found.states, found.transitions], [8, 12]);
  assert.deepEqual([plain.states, plain.transitions], [8, 12]);
});

test("sleeping actors lead to the same numbers and traces as a search in which none sleeps", async () => {
  await fc.assert(
    fc.asyncProperty(fc.gen(), async (g) => {
      const { program, properties } = randomProgram(g);
      const options = { maxDepth: 8, workers: 1, alternatives: 2, memoryBytes: 2 ** 26 };
      const awake = await search(program, properties, { ...options, store: "fingerprint" });
      for (const store of ["exact", "tree"] as const) {
        const asleep = await search(program, properties, { ...options, store });
        for (const part of ["states", "transitionsOf", "depth", "violations", "alternatives", "tested"] as const)
          assert.deepEqual(asleep[part], awake[part], `${store}: ${part}`);
      }
    }),
    { numRuns: tries(15, 60) },
  );
});

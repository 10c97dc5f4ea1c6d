/**
 * How the store inserts without a lock (src/codegen/wasm/store/exact/exact-insertion.ts), as a program in the step language
 * that this checker searches: two workers insert the same two states, which meet in one slot, in opposite orders.
 */
import assert from "node:assert/strict";
import test from "node:test";
import { search } from "../../src/checker/search.ts";
import { buildProgram } from "../../src/ir/build-program.ts";
import { add, and, type Expr, eq, load, ne, not, or, subtract } from "../../src/ir/expression.ts";
import type { Program } from "../../src/ir/program.ts";
import type { Property } from "../../src/ir/property.ts";
import { procedure, recordActor } from "../../src/ir/recorder.ts";
import { bool, int } from "../../src/ir/types.ts";
import { variable } from "../../src/ir/variable.ts";

type Way = "write, then claim" | "claim, then write" | "claim without comparing again";

function storeModel(way: Way): { program: Program; properties: readonly Property[] } {
  const numbered = (name: string, size: number) => [{ name, labels: Array.from({ length: size }, (_, i) => `${i}`) }];
  const table = variable("table", int(0, 4), { dimensions: numbered("slot", 4) });
  /** 0: not written yet. */
  const states = variable("states", int(0, 2), { dimensions: numbered("index", 4) });
  const next = variable("next", int(0, 4), { dimensions: numbered("worker", 2), initial: [0, 2] });

  const worker = (own: number, keys: readonly number[]) =>
    procedure<undefined>("insert", { file: "exact-insertion.ts" }, (k) => {
      const index = load(next, own);
      for (const key of keys) {
        const one = procedure<undefined>(`insert_${key}`, { file: "exact-insertion.ts" }, (p) => {
          const slot = p.register("slot", int(0, 3));
          const entry = p.register("entry", int(0, 4));
          const written = p.register("written", bool);
          const done = p.register("done", bool);
          const write = (at: Expr): void => p.set(load(states, at), key);
          p.loop(() => {
            p.step("look", "reads the entry", () => p.set(entry, load(table, slot)));
            p.if(eq(entry, 0), () => {
              if (way !== "claim, then write")
                p.if(not(written), () =>
                  p.step("write", "writes the state to the next own index", () => {
                    write(index);
                    p.set(written, true);
                  }),
                );
              p.step("claim", "claims the slot, unless another worker was faster", () => {
                p.set(entry, load(table, slot));
                p.if(eq(load(table, slot), 0), () => {
                  p.set(load(table, slot), add(index, 1));
                  p.set(index, add(index, 1));
                  p.set(done, true);
                });
              });
              if (way === "claim, then write")
                p.if(done, () => p.step("write_late", "writes the state", () => write(subtract(index, 1))));
              if (way === "claim without comparing again") p.if(not(done), () => skip("past_claimed"));
            });
            p.if(done, () => p.return());
            p.step("compare", "compares with the state of the entry", () => {
              p.assert(ne(load(states, subtract(entry, 1)), 0), "the state is complete", "complete");
              p.set(done, eq(load(states, subtract(entry, 1)), key));
            });
            p.if(done, () => p.return());
            skip("next_slot");

            function skip(label: string): void {
              p.step(label, "goes on to the next slot", () => p.set(slot, add(slot, 1)));
              p.continue();
            }
          });
        });
        k.call(one, undefined);
      }
    });

  const slots = [0, 1, 2, 3];
  const stored = (slot: number): Expr => load(states, subtract(load(table, slot), 1));
  const twice = slots.flatMap((a) =>
    slots.filter((b) => b > a).map((b) => and(ne(load(table, a), 0), ne(load(table, b), 0), eq(stored(a), stored(b)))),
  );
  const holds = (key: number): Expr => or(...slots.map((slot) => and(ne(load(table, slot), 0), eq(stored(slot), key))));
  const program = buildProgram({
    variables: [table, states, next],
    events: [],
    actors: [recordActor("first", worker(0, [1, 2])), recordActor("second", worker(1, [2, 1]))],
  });
  const finished = and(...program.actors.map(({ pc, final, first }) => eq(load(pc), final - first)));
  const always = (name: string, condition: Expr, premise?: Expr): Property => ({
    name,
    sentence: "",
    checks: [{ kind: "state", premise, condition }],
  });
  return {
    program,
    properties: [
      always("stored-once", not(or(...twice))),
      always("all-stored", and(holds(1), holds(2)), finished),
      { name: "complete", sentence: "", checks: [{ kind: "assertion" }] },
      { name: "no-deadlock", sentence: "", checks: [{ kind: "deadlock" }] },
    ],
  };
}

async function violated(way: Way): Promise<readonly string[]> {
  const { program, properties } = storeModel(way);
  const found = await search(program, properties);
  assert.equal(found.complete, true);
  for (const [position, checks] of found.tested.entries()) assert.ok(checks.every(Boolean), properties[position]?.name);
  return found.violations.map(({ property }) =>
    property === "range-error" ? property : (properties[property]?.name ?? ""),
  );
}

test("each state is stored once and complete, and none is lost", async () => {
  assert.deepEqual(await violated("write, then claim"), []);
});

test("claiming a slot before writing the state would show other workers a state that is not there", async () => {
  assert.ok((await violated("claim, then write")).includes("complete"));
});

test("going past a slot that another worker claimed first would store a state twice", async () => {
  assert.ok((await violated("claim without comparing again")).includes("stored-once"));
});

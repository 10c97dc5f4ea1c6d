import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAgreement } from "../../scripts/library/agreement.ts";
import { questionIn } from "../../scripts/library/runs.ts";
import { prepare } from "../../src/check/prepare.ts";
import { referenceSearch } from "../../src/checker/reference-search.ts";
import { search } from "../../src/checker/search.ts";
import type { State } from "../../src/ir/evaluate.ts";
import { at } from "../../src/ir/lookup.ts";
import { firstSlot, type Program } from "../../src/ir/program.ts";
import { buildModel } from "../../src/model/build-model.ts";
import { parseSpec } from "../../src/spec/parse-spec.ts";
import type { RawActor } from "../../src/spec/raw-spec.ts";

type Actors = Readonly<Record<string, RawActor>>;

function prepared(actors: Actors, more: object = {}) {
  const content = {
    name: "order",
    kernels: { "v6.4": "unknown" },
    system: {
      pages: 2,
      processes: { app: { vmas: { buf: { pages: 1 } } } },
      devices: { gpu: { driver: "test_hmm" } },
    },
    actors,
    ...more,
  };
  const spec = parseSpec(JSON.stringify(content), "order.json");
  const [run] = spec.kernels;
  assert.ok(run !== undefined);
  return prepare({ buildModel }, spec, run.kernel, run);
}

const store = { process: "app", run: [{ store: "buf[0]" }] };
const engine = { process: "app", device: "gpu", run: [{ atomic: "buf[0]" }] };

/** Whether an actor rests at its first location, or at its last one. */
function placeOf(program: Program, name: string, state: State): "start" | "end" | "between" {
  const number = program.actors.findIndex((actor) => actor.name === name);
  const actor = at(program.actors, number);
  const own = program.locations.filter((location) => location.actor === number);
  const place = actor.first + at(state, firstSlot(program, actor.pc));
  if (place === own[0]?.id) return "start";
  return at(program.locations, place).body.length === 0 ? "end" : "between";
}

test("an actor takes its first step only when those before it have finished, and both searches agree", async () => {
  const question = prepared({
    writer: store,
    engine: { ...engine, after: "writer" },
    last: { ...store, after: ["writer", "engine"] },
  });
  const { program } = question;
  let begun = 0;
  referenceSearch(program, [], {
    onState(state) {
      const place = (name: string) => placeOf(program, name, state);
      if (place("engine") !== "start") assert.equal(place("writer"), "end");
      if (place("last") === "start") return;
      begun++;
      assert.deepEqual([place("writer"), place("engine")], ["end", "end"]);
    },
  });
  assert.ok(begun > 0);
  const asked = questionIn(question);
  const options = { workers: 1, soloStates: Number.MAX_VALUE };
  assertAgreement(await search(program, asked.properties, options), asked);
  const reduced = await search(program, asked.properties, { ...options, symmetries: asked.symmetries });
  assert.deepEqual(reduced.violations, []);
});

test("threads with the same program are alike only if they wait for the same actors and no other waits for them", () => {
  const threads = (actors: Actors) =>
    prepared(actors).symmetries.flatMap(({ name, elements }) => (name === "threads" ? [elements] : []));
  assert.deepEqual(threads({ one: store, two: store }), [["one", "two"]]);
  assert.deepEqual(threads({ engine, one: { ...store, after: "engine" }, two: store }), []);
  assert.deepEqual(threads({ engine, one: { ...store, after: "engine" }, two: { ...store, after: ["engine"] } }), [
    ["one", "two"],
  ]);
  assert.deepEqual(threads({ one: store, two: store, engine: { ...engine, after: "one" } }), []);
});

test("an actor that waits for one that never finishes is in a deadlock", async () => {
  const actors = {
    manager: { process: "app", run: [{ uffd_wp: "buf[0]" }] },
    writer: { process: "app", after: "manager", run: [{ store: "buf[0]" }] },
    reader: { process: "app", after: "writer", run: [{ load: "buf[0]" }] },
  };
  const { program, properties } = prepared(actors, { initially: [{ actor: "writer", store: "buf[0]" }] });
  const asked = properties.map(({ property }) => property);
  const { violations } = await search(program, asked, { workers: 1 });
  const names = violations.map(({ property }) => asked[Number(property)]?.name);
  assert.ok(names.includes("no-deadlock"), `${names}`);
});

test("a thread whose process exits before it begins lets the others begin", async () => {
  const actors = {
    killer: { process: "app", run: [{ exit: "app" }] },
    victim: store,
    last: { ...store, after: "victim" },
  };
  const { program, properties } = prepared(actors);
  const { violations, complete } = await search(
    program,
    properties.map(({ property }) => property),
    { workers: 1 },
  );
  assert.deepEqual([violations, complete], [[], true]);
});

test("an actor that runs nothing has finished from the start", () => {
  const nobodyWaits = { writer: { ...store, run: [] }, engine: { ...engine, after: "writer" } };
  const { program } = prepared(nobodyWaits, { initially: [{ actor: "writer", store: "buf[0]" }] });
  assert.ok(program.locations.every(({ label }) => label !== "wait for other actors"));
});

test("threads that run the same program are not alike if only one of them has pinned a page before", () => {
  const load = { process: "app", run: [{ dma_load: "buf[0]" }] };
  const [first, second] = [{ actor: "a", pin: "buf[0]" } as const, { actor: "b", pin: "buf[0]" } as const];
  const threadsIn = (initially: readonly object[]) =>
    prepared({ a: load, b: load }, { initially }).program.symmetries.filter(({ name }) => name === "threads").length;
  assert.deepEqual([threadsIn([]), threadsIn([first]), threadsIn([first, second])], [1, 0, 1]);
});

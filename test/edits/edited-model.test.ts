/** Edits of the real model. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { prepare } from "../../src/check/prepare.ts";
import { referenceSearch } from "../../src/checker/reference-search.ts";
import { search } from "../../src/checker/search.ts";
import { UserError } from "../../src/diagnostics/user-error.ts";
import { type Edit, printEdit } from "../../src/edits/edit.ts";
import { effectsOf } from "../../src/edits/effects.ts";
import { parseEdit } from "../../src/edits/parse-edit.ts";
import { effectsByStep } from "../../src/edits/procedure-effects.ts";
import { at, lastOf } from "../../src/ir/lookup.ts";
import { stepsOf } from "../../src/ir/recorded-steps.ts";
import type { StepNode } from "../../src/ir/recorder.ts";
import { buildModel, outlineOperations } from "../../src/model/build-model.ts";
import { featuresOf } from "../../src/model/features/catalogue.ts";
import { primitiveNames } from "../../src/model/primitives.ts";
import type { KernelVersion } from "../../src/model/versions/rows.ts";
import { loadSpec } from "../../src/spec/load-spec.ts";
import { parseSpec } from "../../src/spec/parse-spec.ts";
import type { Spec } from "../../src/spec/spec.ts";
import { tries } from "../fixtures/nightly.ts";
import { sampleUntil } from "../fixtures/samples.ts";

const build: Parameters<typeof prepare>[0]["buildModel"] = (scenario, features, change) =>
  buildModel(scenario, features, change);

function editOf(text: string): Edit {
  const { edit, problem } = parseEdit(text);
  assert.ok(edit !== undefined, problem?.message);
  return edit;
}

function question(spec: Spec, kernel: KernelVersion, edits: readonly Edit[]) {
  const changes = { with: [], without: [], edits: edits.map((edit) => ({ edit, path: undefined })) };
  return prepare({ buildModel: build }, spec, kernel, changes);
}

type Question = ReturnType<typeof question>;

/** The violated properties, each with the length of its shortest counterexample. */
async function violated({ program, properties, symmetries }: Question): Promise<Readonly<Record<string, number>>> {
  const checks = properties.map(({ property }) => property);
  const found = await search(program, checks, { symmetries, workers: 1, soloStates: Number.MAX_VALUE });
  return Object.fromEntries(
    found.violations.map(({ property, steps }) => [
      property === "range-error" ? property : at(properties, property).property.name,
      steps.length,
    ]),
  );
}

const faultRace = loadSpec("specs/fault-race.json");

test("putting the reference before the page is unlocked frees a locked page on v6.4, after 17 steps", async () => {
  const edited = question(faultRace, "v6.4", [
    editOf("move remove_device_exclusive_entry: folio_put before unlock_page"),
  ]);
  assert.deepEqual(await violated(question(faultRace, "v6.4", [])), {});
  assert.deepEqual(await violated(edited), { "kernel-assertions": 17 });
});

test("the reference that v6.4 takes mends the race of v5.14", async () => {
  const reference = [
    "insert get_page_unless_zero before remove_device_exclusive_entry: trylock_page",
    "insert put_page after remove_device_exclusive_entry: wait_on_page_locked",
    "insert put_page after remove_device_exclusive_entry: unlock_page",
  ].map(editOf);
  assert.deepEqual(await violated(question(faultRace, "v5.14", [])), {
    "kernel-assertions": 10,
    "no-use-after-free": 10,
  });
  assert.deepEqual(await violated(question(faultRace, "v5.14", reference)), {});
});

test("a reference that is inserted after an allocation is one to the page that was allocated", async () => {
  const spec = parseSpec(
    JSON.stringify({
      name: "two-pages",
      kernels: { "v6.4": "holds" },
      system: { pages: 3, processes: { app: { vmas: { buf: { pages: 2 } } } } },
      initially: [{ actor: "writer", store: "buf[0]" }],
      actors: { writer: { process: "app", run: [{ store: "buf[1]" }] } },
    }),
    "two-pages.json",
  );
  const edits = [
    "insert get_page after do_anonymous_page: alloc_zeroed_user_highpage",
    "insert put_page after do_anonymous_page: map the new page",
  ].map(editOf);
  assert.deepEqual(await violated(question(spec, "v6.4", edits)), {});
});

test("a flush that is inserted covers all addresses that the procedure changes", async () => {
  const stale = { operation: "mprotect_read", target: "buf", vmas: { buf: { pages: 2 } } };
  const moved = { operation: "mremap", target: "buf -> spare", vmas: { buf: { pages: 1 }, spare: { pages: 1 } } };
  const cases = [
    { ...stale, step: "mprotect_fixup: flush_tlb_range", lost: ["access-is-revoked", "no-lost-store"] },
    { ...moved, step: "move_page_tables: flush_tlb_range buf[0]", lost: ["access-is-revoked", "unmapped-is-flushed"] },
  ];
  for (const { operation, target, vmas, step, lost } of cases) {
    const spec = parseSpec(
      JSON.stringify({
        name: "flushed",
        kernels: { "v6.4": "holds" },
        system: { pages: 2, processes: { app: { vmas } } },
        initially: [{ actor: "writer", store: "buf[0]" }],
        actors: {
          writer: { process: "app", run: [{ store: "buf[0]" }] },
          manager: { process: "app", run: [{ [operation]: target }] },
        },
      }),
      "flushed.json",
    );
    const without = editOf(`drop flushing the CPUs' TLBs from ${step}`);
    const later = editOf(`insert flush_tlb after ${step}`);
    const properties = Object.keys(await violated(question(spec, "v6.4", [without])));
    assert.deepEqual(
      properties.filter((name) => lost.includes(name)),
      properties,
      step,
    );
    assert.ok(properties.includes("access-is-revoked"), step);
    assert.deepEqual(await violated(question(spec, "v6.4", [without, later])), {}, step);
  }
});

test("a primitive that needs a page is refused before the procedure knows one", () => {
  const early = editOf("insert get_page before do_anonymous_page: alloc_zeroed_user_highpage");
  assert.throws(() => question(loadSpec("specs/fault-race.json"), "v6.4", [early]), /uses one that is known there/);
});

test("a recheck that is dropped and inserted again protects as before", async () => {
  const step = "remove_device_exclusive_entry: restore under the PTL";
  const without = editOf(`drop rechecking the entry (pte_same) from ${step}`);
  const again = editOf(`insert pte_same before ${step}`);
  assert.deepEqual(await violated(question(faultRace, "v6.4", [without])), {
    "no-lost-reference": 16,
    "rss-matches": 16,
  });
  assert.deepEqual(await violated(question(faultRace, "v6.4", [without, again])), {});
});

test("a split section lets other actors run in between", async () => {
  const step = "remove_device_exclusive_entry: restore under the PTL";
  const found = await violated(question(faultRace, "v6.4", [editOf(`split ${step} before adding a mapping`)]));
  assert.equal(found["no-lost-reference"], 17);
});

test("explain lists the effects of a procedure's steps, whatever kernel has them", () => {
  const effects = effectsByStep("remove_device_exclusive_entry", outlineOperations);
  const listed = (label: string) => [...(effects.get(label) ?? [])].toSorted();
  assert.deepEqual(listed("restore under the PTL"), [
    "adding a mapping",
    "rechecking the entry (pte_same)",
    "setting page_mlocked",
    "setting pte",
    "taking ptl",
  ]);
  assert.deepEqual(listed("folio_try_get"), ["taking a reference"]);
  assert.deepEqual(listed("wait_on_page_locked"), []);
});

test("what resets a page that becomes free is no effect of the step that drops the last reference", () => {
  const effects = effectsByStep("wp_page_copy", outlineOperations);
  assert.deepEqual([...(effects.get("put_page(new)") ?? [])], ["dropping a reference"]);
});

test("a step can go on without a value that it sets", async () => {
  const without = editOf("drop setting pte from move_pages_pte: move_zeropage_pte");
  const found = await violated(question(loadSpec("specs/move-and-store.json"), "v6.15", [without]));
  assert.deepEqual(Object.keys(found), ["moved-page-arrives"]);
});

test("a migration that cannot find that memory is lacking waits for ever", async () => {
  const without = editOf('drop choosing "out of memory" from migrate_pages: get_new_page');
  const found = await violated(question(loadSpec("specs/soft-dirty-migration-lost.json"), "v8", [without]));
  assert.ok("no-deadlock" in found);
});

/** Small scenarios, and the steps that their actors take. */
const subjects = (
  [
    ["fault-race", "v6.4"],
    ["fault-race", "v5.14"],
    ["fork-cow", "v6.15"],
    ["migrate-and-zap", "v6.15"],
  ] as const
).map(([name, kernel]) => {
  const spec = loadSpec(`specs/${name}.json`);
  const steps = new Map<string, StepNode>();
  buildModel(spec.scenario, featuresOf(kernel, { with: [], without: [] }), (actor) => {
    for (const step of stepsOf(actor)) steps.set(`${lastOf(step.stack).procedure}: ${step.label}`, step);
    return actor;
  });
  return { spec, kernel, steps: [...steps.values()] };
});

function someEdit(steps: readonly StepNode[]): fc.Arbitrary<Edit> {
  const node = fc.constantFrom(...steps);
  const name = ({ stack, label }: StepNode) => ({ procedure: lastOf(stack).procedure, label });
  const side = fc.constantFrom("before" as const, "after" as const);
  const beside = node.chain((one) =>
    fc.record({
      one: fc.constant(one),
      two: fc.constantFrom(...steps.filter((two) => lastOf(two.stack) === lastOf(one.stack))),
    }),
  );
  const withEffect = steps.filter((one) => effectsOf(one.body, "nobody").length > 0);
  const effect = fc
    .constantFrom(...withEffect)
    .chain((one) => fc.record({ one: fc.constant(one), effect: fc.constantFrom(...effectsOf(one.body, "nobody")) }));
  return fc.oneof(
    node.map((one): Edit => ({ kind: "drop", step: name(one) })),
    effect.map(({ one, effect: what }): Edit => ({ kind: "drop-effect", step: name(one), effect: what })),
    effect.map(({ one, effect: what }): Edit => ({ kind: "split", step: name(one), effect: what })),
    fc
      .tuple(beside, side)
      .map(([{ one, two }, where]): Edit => ({ kind: "move", step: name(one), side: where, label: two.label })),
    beside.map(({ one, two }): Edit => ({ kind: "swap", step: name(one), label: two.label })),
    fc
      .tuple(fc.constantFrom(...primitiveNames), side, node)
      .map(([primitive, where, one]): Edit => ({ kind: "insert", primitive, side: where, step: name(one) })),
    node.map((one): Edit => ({ kind: "recheck", step: name(one) })),
  );
}

test("under random edits the fast search and the plain one agree, and no edit is an internal error", async () => {
  const numRuns = tries(15, 60);
  let compared = 0;
  const drawn = fc.constantFrom(...subjects).chain((subject) =>
    fc.record({
      subject: fc.constant(subject),
      edits: fc.array(someEdit(subject.steps), { minLength: 1, maxLength: 2 }),
    }),
  );
  // Some of the edits that are drawn do not fit, and are refused.
  const isEnough = (): boolean => compared >= numRuns / 3;
  await sampleUntil(isEnough, () =>
    fc.assert(
      fc.asyncProperty(drawn, async ({ subject: { spec, kernel }, edits }) => {
        let asked: Question;
        try {
          asked = question(spec, kernel, edits);
        } catch (error) {
          assert.ok(error instanceof UserError, `${edits.map(printEdit).join("; ")}: ${String(error)}`);
          return;
        }
        const { program, properties } = asked;
        const checks = properties.map(({ property }) => property);
        const bound = { maxDepth: 14 };
        const plain = referenceSearch(program, checks, bound);
        const fast = await search(program, checks, { ...bound, workers: 1, soloStates: Number.MAX_VALUE });
        assert.equal(fast.states, plain.states, edits.map(printEdit).join("; "));
        const lengths = fast.violations.flatMap(({ property, steps }) =>
          property === "range-error" ? [] : [[at(checks, property).name, steps.length] as const],
        );
        assert.deepEqual(new Map(lengths), plain.violations);
        compared++;
      }),
      { numRuns },
    ),
  );
  assert.ok(isEnough(), `${compared} of ${numRuns} compared`);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { referenceSearch } from "../../src/checker/reference-search.ts";
import { editActor } from "../../src/edits/apply-edit.ts";
import { buildProgram } from "../../src/ir/build-program.ts";
import { add, eq, load, subtract } from "../../src/ir/expression.ts";
import { procedure, type RecordedActor, recordActor } from "../../src/ir/recorder.ts";
import { int } from "../../src/ir/types.ts";
import { variable } from "../../src/ir/variable.ts";
import { editsWithout, type Line, nameOf, sitesOf } from "../../src/why/line.ts";

const file = "test";
const lock = variable("page_lock", int(0, 2));
const refcount = variable("refcount", int(0, 2));
const held = variable("held", int(0, 2), { ghost: true });

const notify = procedure<undefined>("mmu_notifier_invalidate_range_start", { file }, (k) => {
  k.step("notify", "", () => {});
});

/** Takes lock and reference, notifies, and drops both. */
function record(): RecordedActor {
  return recordActor(
    "actor",
    procedure<undefined>("work", { file }, (k) => {
      k.step("begin", "", () => {
        k.await(eq(load(lock), 0));
        k.set(load(lock), 1);
        k.set(load(refcount), add(load(refcount), 1));
        k.set(load(held), add(load(held), 1));
      });
      k.call(notify, undefined);
      k.step("end", "", () => {
        k.set(load(refcount), subtract(load(refcount), 1));
        k.set(load(lock), 0);
      });
    }),
  );
}

function statesOf(actor: RecordedActor): string[] {
  const program = buildProgram({ variables: [lock, refcount, held], events: [], actors: [actor] });
  const states: string[] = [];
  referenceSearch(program, [], { onState: (state) => states.push(state.subarray(0, 3).join(" ")) });
  return states;
}

const same = (label: string) => label;

function without(line: Line, actor: RecordedActor): RecordedActor {
  const callees = sitesOf(actor, same).flatMap(({ callee }) => callee ?? []);
  const model = { has: () => false, record: () => undefined };
  return editActor(actor, editsWithout(line, callees), model).actor;
}

test("the lines that can be taken away are found by what the steps do", () => {
  assert.deepEqual(
    sitesOf(record(), same).map(({ line }) => nameOf(line)),
    [
      "work: begin - without taking page_lock",
      "work: begin - without taking a reference",
      "work - without calling the notifier",
      "work: end - without dropping page_lock",
      "work: end - without dropping a reference",
    ],
  );
});

test("exactly what the line names is taken away, together with the ghost that says who holds it", () => {
  const statesWithout = (label: string | undefined, effect: string) =>
    statesOf(without({ procedure: "work", label, effect }, record()));
  assert.deepEqual(statesOf(record()), ["0 0 0", "1 1 1", "1 1 1", "0 0 1"]);
  assert.deepEqual(statesWithout("begin", "taking page_lock"), ["0 0 0", "0 1 1", "0 1 1", "0 0 1"]);
  assert.deepEqual(statesWithout("begin", "taking a reference").slice(0, 3), ["0 0 0", "1 0 0", "1 0 0"]);
  assert.deepEqual(statesWithout("end", "dropping page_lock"), ["0 0 0", "1 1 1", "1 1 1", "1 0 1"]);
  assert.deepEqual(statesWithout("end", "dropping a reference"), ["0 0 0", "1 1 1", "1 1 1", "0 1 1"]);
  assert.deepEqual(statesWithout(undefined, "calling the notifier"), ["0 0 0", "1 1 1", "0 0 1"]);
});

test("without its lock, a critical section of one step is divided and uses what it read before", () => {
  const ptl = variable("ptl", int(0, 1));
  const pte = variable("pte", int(0, 2));
  const count = (name: string) =>
    recordActor(
      name,
      procedure<undefined>("count", { file }, (k) => {
        k.step("set_pte", "", () => {
          k.await(eq(load(ptl), 0));
          k.set(load(pte), add(load(pte), 1));
        });
      }),
    );
  const line = { procedure: "count", label: "set_pte", effect: "taking ptl" };
  const ends = (change: (actor: RecordedActor) => RecordedActor): number[] => {
    const actors = [change(count("a")), change(count("b"))];
    const program = buildProgram({ variables: [ptl, pte], events: [], actors });
    const found = new Set<number>();
    const finals = program.actors.map(({ pc, final, first }) => ({
      slot: program.slotOf.get(pc) ?? 0,
      at: final - first,
    }));
    referenceSearch(program, [], {
      onState: (state) => {
        if (finals.every(({ slot, at }) => state[slot] === at)) found.add(state[1] ?? 0);
      },
    });
    return [...found].sort();
  };
  assert.deepEqual(
    sitesOf(count("a"), same).map((site) => nameOf(site.line)),
    [nameOf(line)],
  );
  assert.deepEqual(
    ends((actor) => actor),
    [2],
  );
  assert.deepEqual(
    ends((actor) => without(line, actor)),
    [1, 2],
  );
});

test("a step that only waits for a lock does not take it", () => {
  const waiter = recordActor(
    "actor",
    procedure<undefined>("wait", { file }, (k) => {
      k.step("wait_on_page_locked", "", () => k.await(eq(load(lock), 0)));
    }),
  );
  assert.deepEqual(sitesOf(waiter, same), []);
});

test("a step that looks whether a lock is held and drops it does not take it", () => {
  const dropper = recordActor(
    "actor",
    procedure<undefined>("drop", { file }, (k) => {
      k.step("unlock", "", () =>
        k.if(
          eq(load(lock), 0),
          () => k.assert(false, "unlock without lock"),
          () => k.set(load(lock), 0),
        ),
      );
    }),
  );
  assert.deepEqual(
    sitesOf(dropper, same).map(({ line: { effect } }) => effect),
    ["dropping page_lock"],
  );
});

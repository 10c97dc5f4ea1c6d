import assert from "node:assert/strict";
import { test } from "node:test";
import { compactChange } from "../../src/trace/change-text.ts";
import { foldSteps, netChanges } from "../../src/trace/fold.ts";
import { actorsOf, historyOf, neighbouringChange } from "../../src/viewer/data/history.ts";
import { lanesOf } from "../../src/viewer/data/lanes.ts";
import { heldAt, holdsOf } from "../../src/viewer/data/locks.ts";
import { hashOf, placeOf } from "../../src/viewer/data/place.ts";
import { foldedAt, neighbourOf, rowsOf } from "../../src/viewer/data/positions.ts";
import { stackOf } from "../../src/viewer/data/stacks.ts";
import { tablesOf } from "../../src/viewer/data/tables.ts";
import { parseName } from "../../src/viewer/data/variable-name.ts";
import { sampleTrace } from "../fixtures/sample-trace.ts";
import { twoLocksSubject } from "../fixtures/two-locks-model.ts";
import { faultTrace, initial } from "./fault-trace.ts";

const history = historyOf(faultTrace);

test("a variable's name is split at its outer brackets", () => {
  assert.deepEqual(parseName("pte[parent][buf[0]]"), { family: "pte", labels: ["parent", "buf[0]"] });
  assert.deepEqual(parseName("counter"), { family: "counter", labels: [] });
  for (const odd of ["[a]", "a[b", "a]b[", "a[b]c]", "a[b]c[d]", "a[[b]"])
    assert.deepEqual(parseName(odd), { family: odd, labels: [] });
});

test("the state at each position is the initial one with the changes so far", () => {
  for (const name of Object.keys(initial)) assert.equal(history.valueAt(name, 0), initial[name]);
  let state: Record<string, string | null> = { ...initial };
  for (const { n, changes } of faultTrace.steps) {
    state = { ...state, ...Object.fromEntries(changes.map((change) => [change.variable, change.new])) };
    for (const [name, value] of Object.entries(state)) assert.equal(history.valueAt(name, n), value);
    assert.deepEqual(
      history.variables.filter((name) => history.changeBetween(name, n - 1, n) !== undefined).sort(),
      changes.map(({ variable }) => variable).sort(),
    );
  }
  assert.equal(history.valueAt("faulter.handle_pte_fault.orig_pte", 1), null);
});

test("a jump goes to a variable's nearest change in either direction", () => {
  const changes = history.changesOf("mmap_lock.readers[parent]");
  assert.deepEqual(
    changes.map(({ step }) => step),
    [1, 3, 6],
  );
  assert.equal(neighbouringChange(changes, 3, "next"), 6);
  assert.equal(neighbouringChange(changes, 3, "previous"), 1);
  assert.equal(neighbouringChange(changes, 6, "next"), undefined);
  assert.equal(neighbouringChange(changes, 0, "previous"), undefined);
});

test("a lock belongs to the actor that its variable names, or whose step increased its count", () => {
  const holds = holdsOf(faultTrace, history).map(({ lock, actor, from, to }) => ({ lock, actor, from, to }));
  assert.deepEqual(holds, [
    { lock: "mmap_lock[parent] (read)", actor: "faulter", from: 1, to: undefined },
    { lock: "mmap_lock[parent] (read)", actor: "zapper", from: 3, to: 6 },
    { lock: "driver_mutex[gpu]", actor: "zapper", from: 4, to: 5 },
    { lock: "page_lock[P0]", actor: "faulter", from: 7, to: undefined },
  ]);
  const held = (position: number) => heldAt(holdsOf(faultTrace, history), position).map(({ lock }) => lock);
  assert.deepEqual(held(4), ["mmap_lock[parent] (read)", "mmap_lock[parent] (read)", "driver_mutex[gpu]"]);
  assert.deepEqual(held(5), ["mmap_lock[parent] (read)", "mmap_lock[parent] (read)"]);
});

test("a variable whose values are `free` or actors is a lock, even if its name is unknown", () => {
  const lock = { variable: "dma_fence[gpu]", kind: "shared", old: "free", new: "zapper" } as const;
  const steps = faultTrace.steps.map((step) => (step.n === 3 ? { ...step, changes: [...step.changes, lock] } : step));
  const trace = { ...faultTrace, steps, initial: { ...initial, "dma_fence[gpu]": "free" } };
  const found = holdsOf(trace, historyOf(trace)).filter(({ variable }) => variable === "dma_fence[gpu]");
  assert.deepEqual(
    found.map(({ kind, actor, from }) => [kind.letter, actor, from]),
    [["D", "zapper", 3]],
  );
});

test("bars that touch are in different tracks, and others share a track", () => {
  const lanes = lanesOf(["faulter", "zapper"], holdsOf(faultTrace, history));
  assert.deepEqual(
    lanes.map(({ actor, tracks, bars }) => [actor, tracks, bars.map(({ track }) => track)]),
    [
      ["faulter", 2, [0, 1]],
      ["zapper", 2, [0, 1]],
    ],
  );
});

test("rows are single steps or folded ones, and bars begin and end within them", () => {
  const rows = (allSteps: boolean) => rowsOf({ trace: faultTrace, position: 4, allSteps });
  const all = rows(true);
  assert.deepEqual(
    [faultTrace.steps.map(({ n }) => all.of(n)), all.end, all.here, all.between(3, 6), all.between(7, undefined)],
    [[3, 4, 5, 6, 7, 8, 9], 10, 4, [5, 8], [9, 10]],
  );
  const some = rows(false);
  assert.deepEqual(
    some.groups.map((group) => group.map(({ n }) => n)),
    [[1], [2], [3, 4, 5], [6], [7]],
  );
  assert.deepEqual([some.of(3), some.of(5), some.end, some.behind, some.here], [5, 5, 8, 9, 5]);
  assert.deepEqual([some.between(3, 6), some.between(4, 5), some.between(1, undefined)], [[5, 6], undefined, [3, 8]]);
  const at = (position: number) => ({ trace: faultTrace, position, allSteps: false });
  assert.deepEqual(
    [2, 3, 4, 5].map((position) => neighbourOf(at(position), "next")),
    [5, 5, 5, 6],
  );
  assert.deepEqual(
    [3, 4, 5, 6].map((position) => neighbourOf(at(position), "previous")),
    [2, 2, 2, 5],
  );
  assert.deepEqual(
    [3, 4, 5, 6].map((position) => foldedAt(at(position))?.length),
    [undefined, undefined, 3, undefined],
  );
});

test("folded steps show only what they change together", () => {
  const [, , folded] = foldSteps(faultTrace.steps);
  assert.deepEqual(netChanges(folded ?? assert.fail()).map(compactChange), [
    "mmap_lock.readers[parent]: 1 -> 2",
    "device_pte[gpu][buf0]: valid P0 atomic -> none",
    "device_tlb[gpu][buf0]: valid P0 atomic -> none",
  ]);
  assert.equal(history.changeBetween("driver_mutex[gpu]", 2, 5), undefined);
  const alone = faultTrace.steps.filter(({ actor }) => actor === "zapper");
  assert.ok(
    foldSteps(alone).every((group) => group.length === 1),
    "of one actor alone nothing is folded",
  );
});

test("the actor that took the step has that step's stack, with the registers that it found or left", () => {
  const orig_pte = "faulter.handle_pte_fault.orig_pte";
  assert.deepEqual(stackOf("faulter", faultTrace, history, 7), {
    actor: "faulter",
    frames: [
      { procedure: "do_user_addr_fault", registers: [] },
      { procedure: "handle_pte_fault", registers: [orig_pte] },
      { procedure: "remove_device_exclusive_entry", registers: [] },
    ],
    at: "remove_device_exclusive_entry: unlock_page",
    others: [],
  });
  assert.equal(history.valueAt(orig_pte, 7), null, "it has no meaning behind the step that needs it last");
  const zapper = stackOf("zapper", faultTrace, history, 6);
  assert.deepEqual(
    [zapper.frames.map(({ procedure }) => procedure), zapper.at],
    [["madvise_dontneed", "zap_page_range"], "finished"],
  );
});

test("the other actors have the stack of their next step, or if there is none, of their last", () => {
  const stack = (actor: string, position: number, trace = faultTrace) =>
    stackOf(actor, trace, historyOf(trace), position).frames.map(({ procedure }) => procedure);
  assert.deepEqual(stack("faulter", 3), ["do_user_addr_fault", "handle_pte_fault", "remove_device_exclusive_entry"]);
  assert.deepEqual(stack("zapper", 7), []);
  // In the frame where the actor goes on, it calls a procedure in which the trace has no step.
  const steps = faultTrace.steps.map((step) => ({
    ...step,
    changes: step.changes.map((change) =>
      change.new === "finished" ? { ...change, new: "mmu_notifier_end: active--" } : change,
    ),
  }));
  assert.deepEqual(stack("zapper", 7, { ...faultTrace, steps }), ["madvise_dontneed", "zap_page_range"]);
});

test("a register of the procedure that a step calls is in the frame where the actor goes on", () => {
  const given = {
    variable: "faulter.remove_device_exclusive_entry.page",
    kind: "register",
    old: null,
    new: "P0",
  } as const;
  const steps = faultTrace.steps.map((step) => (step.n === 2 ? { ...step, changes: [...step.changes, given] } : step));
  const trace = { ...faultTrace, steps };
  const { frames, at, others } = stackOf("faulter", trace, historyOf(trace), 2);
  assert.deepEqual(
    [frames.at(-1)?.procedure, at, others],
    ["handle_pte_fault", "remove_device_exclusive_entry: trylock_page", [given.variable]],
  );
});

test("page tables, TLBs and pages are tables, whose cells are variables", () => {
  const tables = tablesOf(history).map(({ title, columns, rows }) => ({
    title,
    columns,
    rows: rows.map((row) => [row.title, ...row.cells]),
  }));
  assert.deepEqual(tables, [
    {
      title: "Page tables, device page tables and TLBs",
      columns: ["buf[0]"],
      rows: [
        ["parent PTE", "pte[parent][buf[0]]"],
        ["gpu page table", "device_pte[gpu][buf[0]]"],
        ["gpu TLB", "device_tlb[gpu][buf[0]]"],
      ],
    },
    { title: "CPU TLBs", columns: ["faulter"], rows: [["entry", "cpu_tlb[faulter]"]] },
    {
      title: "Pages",
      columns: ["P0"],
      rows: [
        ["refcount", "refcount[P0]"],
        ["mapcount", "mapcount[P0]"],
        ["locked by", "page_lock[P0]"],
        ["dirty", "page_dirty[P0]"],
        ["held by faulter", "held[faulter][P0]"],
      ],
    },
  ]);
});

test("a program that is not a kernel has actors and a history, but no tables", () => {
  const trace = sampleTrace(twoLocksSubject(), "counts");
  assert.deepEqual(actorsOf(trace), ["one", "two"]);
  assert.deepEqual(tablesOf(historyOf(trace)), []);
});

test("an address names a step and, if there are several traces, a trace; anything else means the start", () => {
  for (const place of [
    { trace: 0, step: 12, allSteps: false },
    { trace: 2, step: 0, allSteps: true },
  ])
    assert.deepEqual({ trace: 0, ...placeOf(hashOf(place)) }, place);
  for (const odd of [
    "",
    "#",
    "#step=",
    "#step=-1",
    "#step=1e3",
    "#step=99999999999",
    "#trace=0",
    "#x=%",
    "#step=<b>",
    "#all=x",
  ])
    assert.deepEqual(placeOf(odd), { step: 0, allSteps: false });
});

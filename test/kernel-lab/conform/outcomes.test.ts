import assert from "node:assert/strict";
import { test } from "node:test";
import { changesOf, trees } from "../../../kernel-lab/build/trees.ts";
import { endingText } from "../../../kernel-lab/conform/compare.ts";
import { endingRows } from "../../../kernel-lab/conform/endings.ts";
import { fieldsOf } from "../../../kernel-lab/conform/fields.ts";
import { type LabModel, labModel } from "../../../kernel-lab/conform/model-outcomes.ts";
import { observer } from "../../../kernel-lab/conform/observe-state.ts";
import type { RestState } from "../../../kernel-lab/conform/rest-states.ts";
import { lastOf } from "../../../src/ir/lookup.ts";
import { outlineOperations } from "../../../src/model/build-model.ts";
import { type FeatureName, featuresOf } from "../../../src/model/features/catalogue.ts";
import { modelOf, programOf, setupNamed } from "./lab.ts";

/** All that can be seen after the last step, one map of fields for each possible state, and the endings. */
function after(setup: string, ...lines: readonly string[]) {
  return afterIn(modelOf(setup), ...lines);
}

function afterIn(model: LabModel, ...lines: readonly string[]) {
  let states: readonly RestState[] = [model.states.start];
  let endings: readonly string[] = [];
  for (const step of programOf(model.setup.name, ...lines).steps) {
    const outcomes = states.flatMap((state) => model.outcomes(state, step));
    endings = [...new Set(outcomes.map(({ ending }) => endingText(ending)))];
    states = [...new Set(outcomes.map(({ state }) => state))];
  }
  const observe = observer(model.machine, model.states);
  const seen = states.map((state) => fieldsOf(observe(state)));
  const values = (field: string) => [...new Set(seen.map((fields) => fields.get(field)))];
  const all = (...fields: readonly string[]) => seen.map((one) => fields.map((field) => one.get(field)));
  return { endings, values, all };
}

test("a stored page is present, dirty only in its entry, and counted", () => {
  const { values, endings } = after("anonymous", "main store buf[1]");
  assert.deepEqual(endings, ["done"]);
  assert.deepEqual(values("entry kind, app buf[1]"), ["present"]);
  assert.deepEqual(values("entry page, app buf[1]"), [1]);
  assert.deepEqual(values("page mapcount, page 1"), [1]);
  assert.deepEqual(values("page dirty, page 1"), [false]);
  assert.deepEqual(values("rssAnon, app"), [1]);
  assert.deepEqual(values("process, child"), [undefined]);
});

test("a loaded page is the zero page, which has no flags to show", () => {
  const { values } = after("anonymous", "main load buf[0]");
  assert.deepEqual(values("entry page, app buf[0]"), [0]);
  assert.deepEqual(values("rssAnon, app"), [0]);
  assert.deepEqual(values("page mapcount, page 1"), [undefined]);
});

test("a device's atomic makes the entry exclusive, and a load takes it back", () => {
  const exclusive = after("anonymous", "engine atomic buf[0]");
  assert.deepEqual(exclusive.values("entry kind, app buf[0]"), ["device_exclusive"]);
  assert.deepEqual(exclusive.values("device exclusive, gpu buf[0]"), [true]);
  assert.deepEqual(exclusive.values("device snapshot, gpu2 buf[0]"), ["none"]);
  const restored = after("anonymous", "engine atomic buf[0]", "main load buf[0]");
  assert.deepEqual(restored.values("entry kind, app buf[0]"), ["present"]);
  assert.deepEqual(restored.values("device exclusive, gpu buf[0]"), [false]);
  assert.deepEqual(restored.values("device snapshot, gpu buf[0]"), ["write"]);
});

test("the driver asks for a page that its device has already", () => {
  const { values } = after("anonymous", "engine atomic buf[0]", "main clear_refs app", "engine atomic buf[0]");
  assert.deepEqual(values("device exclusive, gpu buf[0]"), [true]);
});

test("a page in a device's memory is seen by that device, and moving it there leaves the other pages alone", () => {
  const moved = after("device-memory", "engine atomic buf[1]", "engine migrate_to_device buf[0]");
  assert.deepEqual(moved.values("entry kind, app buf[0]"), ["device_private"]);
  assert.deepEqual(moved.values("device snapshot, gpu buf[0]"), ["write"]);
  assert.deepEqual(moved.values("device snapshot, gpu2 buf[0]"), ["none"]);
  const stored = ["main store buf[0]", "engine atomic buf[1]", "engine migrate_to_device buf[0]"] as const;
  assert.deepEqual(after("device-memory", ...stored).values("device exclusive, gpu buf[1]"), [true]);
});

test("an eviction brings all pages of the device back, also one that only the child has, and none of the other device", () => {
  const moved = ["engine migrate_to_device buf[0]", "engine migrate_to_device buf[1]", "main fork child"] as const;
  const { values } = after(
    "device-memory",
    ...moved,
    "main store buf[0]",
    "engine2 migrate_to_device buf[0]",
    "engine evict_from_device buf[0]",
  );
  assert.deepEqual(values("entry kind, app buf[0]"), ["device_private"]);
  assert.deepEqual(values("entry kind, app buf[1]"), ["present"]);
  assert.deepEqual(values("entry kind, child buf[0]"), ["present"]);
});

test("a collapse makes a large folio, mapped by a PMD, of what is mapped and of what is not", () => {
  const { values, endings } = after("collapsed", "main store buf[0]", "main collapse buf");
  assert.deepEqual(endings, ["done"]);
  assert.deepEqual(values("rssAnon, app"), [2]);
  assert.deepEqual(values("page large, page 2"), [true]);
  assert.deepEqual(values("device huge, gpu buf[1]"), [true]);
  const pinned = after("collapsed", "main store buf[0]", "main pin buf[0]", "main collapse buf");
  assert.deepEqual(pinned.endings, ["unknown"]);
  assert.deepEqual(pinned.values("device huge, gpu buf[0]"), [false]);
});

test("a folio can be swapped out as a whole, and a fault maps both pages if it is still in the swap cache", () => {
  const changes = changesOf(trees["6.12"]);
  const backIn = (withMore: readonly FeatureName[]) => {
    const model = labModel(setupNamed("huge-swapped"), featuresOf("v6.4", { ...changes, with: withMore }));
    return afterIn(model, "main store buf[0]", "main reclaim buf[0]", "main load buf[1]")
      .all("entry kind, app buf[0]", "entry kind, app buf[1]", "page large, page 1", "page swapCache, page 1")
      .map(String);
  };
  const mapsBoth = "present,present,true,true";
  assert.ok(backIn(changes.with).includes(mapsBoth));
  for (const feature of ["reclaim-swaps-out-folios", "swap-in-maps-folios"])
    assert.ok(!backIn(changes.with.filter((one) => one !== feature)).includes(mapsBoth), feature);
});

test("MADV_PAGEOUT of one page splits the folio", () => {
  const { values } = after("huge", "main store buf[0]", "main reclaim buf[1]");
  assert.deepEqual(values("entry kind, app buf[0]"), ["present"]);
  assert.deepEqual(values("page large, page 1"), [false]);
});

test("a collapse that meets a page with an error does not say why it failed", () => {
  const failed = ["main store buf[0]", "main memory_failure buf[0]", "engine2 device_store buf[1]"] as const;
  assert.deepEqual(after("collapsed-failing-memory", ...failed, "main collapse buf").endings, ["unknown"]);
});

test("a process without memory, which is dying, serves no device", () => {
  const reaped = ["main store buf[0]", "engine atomic buf[0]", "main oom_reap app"] as const;
  const { values } = after("reaped", ...reaped);
  assert.deepEqual(values("entry kind, app buf[0]"), ["none"]);
  assert.deepEqual(values("rssAnon, app"), [0]);
  assert.deepEqual(values("device exclusive, gpu buf[0]"), [false]);
  assert.deepEqual(after("reaped", ...reaped, "engine device_store buf[0]").endings, ["EFAULT"]);
});

test("parent and child share a page until one of them writes", () => {
  const shared = after("anonymous", "main store buf[0]", "main fork child");
  assert.deepEqual(shared.values("page mapcount, page 1"), [2]);
  assert.deepEqual(shared.values("entry page, child buf[0]"), [1]);
  const copied = after("anonymous", "main store buf[0]", "main fork child", "child_thread store buf[0]");
  assert.deepEqual(copied.values("entry page, child buf[0]"), [2]);
  const exited = after("anonymous", "main store buf[0]", "main fork child", "child_thread exit child");
  assert.deepEqual(exited.values("process, child"), [undefined]);
  assert.deepEqual(exited.values("page mapcount, page 1"), [1]);
});

test("reclaim leaves a page that is mapped twice, as MADV_PAGEOUT does", () => {
  assert.deepEqual(after("anonymous", "main store buf[0]", "main reclaim buf[0]").values("entry kind, app buf[0]"), [
    "swap",
  ]);
  const shared = after("anonymous", "main store buf[0]", "main fork child", "main reclaim buf[0]");
  assert.deepEqual(shared.values("entry kind, app buf[0]"), ["present"]);
  assert.deepEqual(shared.endings, ["unknown"]);
});

test("a writer that meets write protection goes on when the handler has resolved it", () => {
  const { values, endings } = after("userfaultfd", "main store buf[0]", "main uffd_wp buf", "main store buf[0]");
  assert.deepEqual(endings, ["done"]);
  assert.deepEqual(values("entry uffdWp, app buf[0]"), [false]);
  assert.deepEqual(values("device snapshot, gpu buf[0]"), ["write"]);
});

test("failures end with the errno or the signal of the kernel", () => {
  const cases: readonly (readonly [ending: string, setup: string, ...lines: string[]])[] = [
    ["SIGSEGV", "anonymous", "main munmap buf", "main load buf[0]"],
    ["SIGSEGV", "anonymous", "main mprotect_read buf", "main store buf[0]"],
    ["done", "file", "main load map[0]"],
    ["done", "file", "main store map[0]"],
    ["SIGBUS", "file", "main truncate map", "main load map[0]"],
    ["SIGBUS", "file", "main truncate map", "main store map[0]"],
    ["done", "punched-file", "main load map[0]", "main punch_hole map[0]", "main load map[0]"],
    ["ENOMEM", "anonymous", "main munmap buf", "main madvise_dontneed buf"],
    ["ENOMEM", "anonymous", "main munmap buf", "main mprotect_read buf"],
    ["EFAULT", "anonymous", "main munmap buf", "main mremap buf -> spare"],
    ["done", "anonymous", "main munmap buf", "main munmap buf"],
    ["EINVAL", "locked", "main mlock buf", "main madvise_free buf[0]"],
    ["ENOMEM", "locked", "main munmap buf", "main mlock buf"],
    ["EBUSY", "anonymous", "main munmap buf", "engine atomic buf[0]"],
    ["EFAULT", "anonymous", "main munmap buf", "engine device_store buf[0]"],
    ["EPERM", "anonymous", "main mprotect_read buf", "engine device_store buf[0]"],
    ["SIGBUS", "failing-memory", "main store buf[0]", "main memory_failure buf[0]", "main load buf[0]"],
    ["EFAULT", "failing-memory", "main store buf[0]", "main memory_failure buf[0]", "main get buf[0], fast"],
    [
      ...(["EFAULT", "failing-memory", "main store buf[0]", "main memory_failure buf[0]"] as const),
      ...(["main mprotect_read buf", "engine device_store buf[0]"] as const),
    ],
    ["ENOENT", "device-memory", "engine atomic buf[0]", "engine2 migrate_to_device buf[0]"],
    ["EPERM", "async-protection", "main fork child", "child_thread pagemap_scan buf"],
    ["EINVAL", "device-memory", "main munmap buf", "engine migrate_to_device buf[0]"],
    [
      ...(["EFAULT", "device-memory", "engine migrate_to_device buf[0]"] as const),
      ...(["main mprotect_read buf", "engine device_store buf[0]"] as const),
    ],
    ["EFAULT", "pins", "main mprotect_read buf", "main pin buf[0]"],
    ["EFAULT", "references", "main munmap buf", "main get buf[0], fast"],
    ["EFAULT", "userfaultfd", "main store buf[0]", "main uffd_wp buf", "engine device_store buf[0]"],
    ["ENOMEM", "collapsed", "main munmap buf", "main collapse buf"],
  ];
  for (const [ending, setup, ...lines] of cases)
    assert.deepEqual(after(setup, ...lines).endings, [ending], lines.join(", "));
});

test("the steps that say how an operation fails are steps of the model", () => {
  const features = featuresOf("v6.4", { with: [], without: [] });
  const needed = [
    "anonymous",
    "userfaultfd",
    "locked",
    "file",
    "pins-for-reading",
    "references",
    "device-memory",
    "async-protection",
    "collapsed",
  ].map(setupNamed);
  const steps = needed.flatMap(({ scenario }) => [...outlineOperations(scenario, features).values()].flat());
  for (const row of endingRows)
    assert.ok(
      steps.some(({ stack, label }) => lastOf(stack).procedure === row.procedure && label.startsWith(row.label)),
      `${row.procedure}: ${row.label}`,
    );
});

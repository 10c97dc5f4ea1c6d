import assert from "node:assert/strict";
import { test } from "node:test";
import { builtInProperties } from "../../src/properties/built-in/built-in-properties.ts";
import { compileDefinition } from "../../src/properties/definition.ts";
import { anonymous, exclusive, judge, present } from "./judge.ts";
import { entryWord, type Fields, type ProtocolState, protocol } from "./protocol-state.ts";

test("every built-in property compiles with the model's names, even in the smallest system", () => {
  const names = builtInProperties.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const definition of builtInProperties) {
    assert.match(definition.sentence, /^[A-Z].*\.$/, definition.name);
    const result = compileDefinition(definition, protocol({}).context);
    assert.ok(result.ok, JSON.stringify(result));
  }
});

test("an empty system makes no property's premise true", () => {
  for (const { name } of builtInProperties) {
    const { tested, holds } = judge(name, {});
    assert.deepEqual({ tested, holds }, { tested: false, holds: true }, name);
  }
});

test("no-lost-reference counts mappings, exclusive entries, the page cache, pins, readers and what actors hold", () => {
  const ptes = [present, exclusive, { ...present, zero_page: true }];
  const all = { ...anonymous, refcount: 7, page_cache: true, pins: 2, gets: 1, held: 1 };
  assert.deepEqual(judge("no-lost-reference", { pages: [all], ptes }), { tested: true, holds: true, why: undefined });
  assert.match(
    judge("no-lost-reference", { pages: [{ ...all, refcount: 6 }], ptes }).why ?? "",
    /^p = pages0: p.refcount = 6, /,
  );
});

test("no-use-after-free requires that the page is in use before the step, and is not used through a stale name", () => {
  const freed = { pages: [{ refcount: 0 }] };
  for (const event of ["page_use", "cpu_load", "cpu_store", "device_access", "dma_store", "dma_load"]) {
    assert.equal(judge("no-use-after-free", freed, { event, args: { page: 0 } }).holds, false, event);
    assert.equal(judge("no-use-after-free", { pages: [anonymous] }, { event, args: { page: 0 } }).holds, true, event);
  }
  const reused = { event: "page_use", args: { page: 0, stale: true } };
  assert.equal(judge("no-use-after-free", { pages: [anonymous] }, reused).holds, false);
});

test("no-cpu-write-while-exclusive looks for a writable exclusive entry of the page that is stored to", () => {
  const store = (page: number) => ({ event: "cpu_store", args: { page } });
  const ptes = [exclusive];
  assert.equal(judge("no-cpu-write-while-exclusive", { ptes }, store(0)).holds, false);
  assert.deepEqual(judge("no-cpu-write-while-exclusive", { ptes }, store(1)), {
    tested: true,
    holds: true,
    why: undefined,
  });
  assert.equal(
    judge("no-cpu-write-while-exclusive", { ptes: [{ ...exclusive, device_writable: false }] }, store(0)).holds,
    true,
  );
  assert.equal(judge("no-cpu-write-while-exclusive", { ptes: [present] }, store(0)).holds, true);
});

test("device-atomicity forbids a store to the page of an atomic in flight", () => {
  const devices = [{ atomic_in_flight: true, atomic_page: 1 }];
  assert.equal(judge("device-atomicity", { devices }, { event: "cpu_store", args: { page: 1 } }).holds, false);
  assert.equal(judge("device-atomicity", { devices }, { event: "cpu_store", args: { page: 0 } }).holds, true);
});

test("dma-outside-atomics forbids DMA to the page of an atomic in flight", () => {
  const devices = [{ atomic_in_flight: true, atomic_page: 1 }];
  assert.equal(judge("dma-outside-atomics", { devices }, { event: "dma_store", args: { page: 1 } }).holds, false);
  assert.equal(judge("dma-outside-atomics", { devices }, { event: "dma_store", args: { page: 0 } }).holds, true);
});

test("dma-coherence requires the pinned page at its address, in any form, until the process gives it up", () => {
  const store = { event: "dma_store", args: { page: 1, mm: 1, va: 2, attached: true } };
  const entry = { ...present, pfn: 1, mm: 1, va: 2 };
  const judged = (pte: Fields, more: ProtocolState = {}) => judge("dma-coherence", { ptes: [pte], ...more }, store);
  for (const kind of ["present", "device_exclusive", "migration", "none"])
    assert.deepEqual(judged({ ...entry, kind }), { tested: true, holds: true, why: undefined }, kind);
  for (const change of [{ pfn: 0 }, { zero_page: true }, { va: 1 }, { mm: 0 }])
    assert.equal(judged({ ...entry, ...change }).holds, false);
  const swapped = { ...entry, kind: "swap" };
  assert.equal(judged(swapped, { swap_slots: [{ page: 1, cached: true }] }).holds, true);
  assert.equal(judged(swapped, { swap_slots: [{ page: -1 }] }).holds, false, "the page has left the swap cache");
  const givenUp = { event: "dma_store", args: { page: 1, mm: 1, va: 2 } };
  assert.equal(judge("dma-coherence", { ptes: [{ ...entry, pfn: 0 }] }, givenUp).tested, false);
  const load = { ...store, event: "dma_load" };
  assert.equal(judge("dma-coherence", { ptes: [entry] }, load).holds, true);
  assert.equal(judge("dma-coherence", { ptes: [{ ...entry, pfn: 0 }] }, load).holds, false);
});

test("soft-dirty-exact requires a write for each mark, or a write that is about to happen", () => {
  const marked = { ...present, tracked: true, soft_dirty: true };
  const judged = (pte: Fields) => judge("soft-dirty-exact", { ptes: [pte] });
  assert.deepEqual({ ...judged(marked), why: undefined }, { tested: true, holds: false, why: undefined });
  for (const change of [{ written: true }, { being_written: true }, { soft_dirty: false }, { tracked: false }])
    assert.equal(judged({ ...marked, ...change }).holds, true);
});

test("no-stale-device-access allows loads and stores through a present entry too", () => {
  const ptes = [{ ...present, mm: 1, va: 2, write: false }];
  const access = (kind: { write?: boolean; atomic?: boolean }) =>
    judge("no-stale-device-access", { ptes }, { event: "device_access", args: { page: 0, mm: 1, va: 2, ...kind } });
  assert.equal(access({}).holds, true);
  assert.equal(access({ write: true }).holds, false);
  assert.equal(access({ atomic: true }).holds, false);
});

test("no-stale-device-access requires the exclusive entry at the address that the device looked up", () => {
  const access = { event: "device_access", args: { page: 0, mm: 1, va: 2, atomic: true } };
  const entry = { ...exclusive, mm: 1, va: 2 };
  assert.equal(judge("no-stale-device-access", { ptes: [entry] }, access).holds, true);
  for (const change of [{ device_writable: false }, { pfn: 1 }, { va: 1 }, { mm: 0 }]) {
    assert.equal(judge("no-stale-device-access", { ptes: [{ ...entry, ...change }] }, access).holds, false);
  }
});

test("bit-preservation compares the entry before and after", () => {
  const armed = { soft_dirty: true, uffd_wp: true };
  for (const event of ["pte_made_exclusive", "pte_restored"]) {
    const change = (before: typeof armed, after: typeof armed) =>
      judge("bit-preservation", {}, { event, args: { before: entryWord(before), after: entryWord(after) } });
    assert.deepEqual(change(armed, armed), { tested: true, holds: true, why: undefined });
    assert.equal(
      change(armed, { ...armed, uffd_wp: false }).why,
      "event.before.uffd_wp = true, event.after.uffd_wp = false",
    );
    assert.equal(change({ soft_dirty: false, uffd_wp: false }, armed).holds, false);
  }
});

test("cow-isolation forbids every writable view of a page that two running processes share", () => {
  const readOnly = { ...present, write: false };
  const pages = [{ ...anonymous, refcount: 2, mapcount: 2 }];
  const child = { ...readOnly, process: "child", mm: 1 };
  const mms = [{ running: true }, { process: "child", running: true }];
  const ptes = [readOnly, child];
  assert.deepEqual(judge("cow-isolation", { pages, mms, ptes }), { tested: true, holds: true, why: undefined });
  const writable: ProtocolState[] = [
    { ptes: [present, child] },
    { ptes, cpu_tlbs: [{ valid: true, write: true }] },
    { ptes, device_ptes: [{ valid: true, write: true }] },
    { ptes, device_tlbs: [{ valid: true, write: true }] },
    { ptes, pins: [{ valid: true }] },
  ];
  for (const more of writable) {
    const judged = judge("cow-isolation", { pages, mms, ...more });
    assert.equal(judged.holds, false);
    assert.match(judged.why ?? "", /^p = pages0: m = mms0: /);
  }
  const reader = { valid: true, mm: 1 };
  assert.equal(judge("cow-isolation", { pages, mms, ptes, pins: [{ ...reader, reading: true }] }).holds, true);
  for (const readers of [{ pins: [{ ...reader, reading: true }] }, { gets: [reader] }]) {
    assert.equal(judge("cow-isolation", { pages, mms, ptes: [readOnly], ...readers }).holds, true);
    assert.equal(judge("cow-isolation", { pages, mms, ptes: [present], ...readers }).holds, false);
  }
  const onlyInATlb = { ptes: [present], cpu_tlbs: [{ valid: true, mm: 1 }] };
  assert.equal(judge("cow-isolation", { pages, mms, ...onlyInATlb }).holds, false);
  const shared = [{ ...anonymous, anon: false }];
  assert.equal(
    judge("cow-isolation", { pages: shared, mms, ...writable[0] }).tested,
    false,
    "file pages are shared by design",
  );
  const forking = [{ running: true }, { process: "child" }];
  assert.equal(
    judge("cow-isolation", { pages, mms: forking, ...writable[0] }).tested,
    false,
    "a fork flushes the TLBs at its end",
  );
});

test("merged-pages-stay and no-lost-store look at every kind of write", () => {
  const pages = [{ ...anonymous, merged: true, copied: true }];
  for (const name of ["merged-pages-stay", "no-lost-store"]) {
    for (const event of ["cpu_store", "dma_store", "device_access"])
      assert.equal(judge(name, { pages }, { event, args: { page: 0, write: true } }).holds, false, `${name} ${event}`);
    assert.equal(judge(name, { pages }, { event: "device_access", args: { page: 0 } }).holds, true, "a read");
  }
  const replaced = (outdated: boolean) =>
    judge("no-lost-store", { pages: [anonymous] }, { event: "page_replaced", args: { page: 0, outdated } }).holds;
  assert.deepEqual([replaced(true), replaced(false)], [false, true]);
});

test("no-poisoned-mapping looks at entries and devices, and at TLBs where a hwpoison entry is", () => {
  const pages = [{ ...anonymous, retired: true }];
  const holds = (mapped: object) => judge("no-poisoned-mapping", { pages, ...mapped }).holds;
  const translation = { cpu_tlbs: [{ valid: true }] };
  assert.equal(judge("no-poisoned-mapping", { pages: [anonymous], ptes: [present] }).tested, false);
  assert.deepEqual([holds({}), holds({ ptes: [exclusive], ...translation })], [true, true]);
  assert.equal(holds({ ptes: [{ ...present, zero_page: true }] }), true);
  assert.equal(holds({ ptes: [present] }), false);
  for (const list of ["device_ptes", "device_tlbs"]) assert.equal(holds({ [list]: [{ valid: true }] }), false, list);
  assert.equal(holds({ ptes: [{ process: "parent", kind: "hwpoison" }], ...translation }), false);
});

test("mapcount-matches counts the entries that the kernel counts", () => {
  assert.equal(judge("mapcount-matches", { pages: [anonymous], ptes: [present, exclusive] }).holds, true);
  assert.equal(judge("mapcount-matches", { pages: [anonymous], ptes: [exclusive] }).holds, false);
  const inBetween = judge("mapcount-matches", { pages: [anonymous], ptes: [exclusive], mms: [{ ptl_held: true }] });
  assert.deepEqual([inBetween.holds, inBetween.tested], [true, false]);
});

test("rss-matches counts anonymous and exclusive entries apart from file entries, and only while the page-table lock is free", () => {
  const pages = [anonymous, { ...anonymous, anon: false }];
  const ptes = [present, exclusive, { ...present, pfn: 1 }, { ...present, zero_page: true }, { ...present, mm: 1 }];
  const mm = { rss_anon: 2, rss_file: 1, running: true };
  const other = { process: "child", rss_anon: 0, ptl_held: true };
  assert.deepEqual(judge("rss-matches", { pages, ptes, mms: [mm, other] }), {
    tested: true,
    holds: true,
    why: undefined,
  });
  assert.equal(judge("rss-matches", { pages, ptes, mms: [{ ...mm, rss_anon: 3 }, other] }).holds, false);
  assert.equal(judge("rss-matches", { pages, ptes, mms: [{ ...mm, rss_file: 0 }, other] }).holds, false);
});

test("lock-discipline forbids an actor to finish with a lock or a reference", () => {
  const done = { finished: true };
  assert.deepEqual(judge("lock-discipline", { actors: [done] }), { tested: true, holds: true, why: undefined });
  assert.equal(judge("lock-discipline", { actors: [{ references: 1 }] }).holds, true);
  for (const field of ["page_locks", "references", "other_locks"]) {
    const { why } = judge("lock-discipline", { actors: [done, { ...done, [field]: 1 }] });
    assert.equal(why, `a = actors1: a.${field} = 1`);
  }
  assert.equal(judge("lock-discipline", { actors: [done], ptes: [{ vma_readers: 1 }] }).holds, false);
});

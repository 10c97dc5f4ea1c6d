/** Which access entries, TLBs and device mappings may allow, and what must be dirty. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { anonymous, exclusive, judge, present } from "./judge.ts";
import type { Fields, ProtocolState } from "./protocol-state.ts";

const kept = { tested: true, holds: true, why: undefined };
const mms = [{}];
const free = { mms };
const writer = { mms: [{ mmap_write_locked: true }] };
const reader = { mms: [{ mmap_readers: 1 }] };
const entry = { ...present, vma_mapped: true, vma_write: true };

test("page-table-check requires that VMA, userfaultfd, page and tracking allow a writable entry", () => {
  const check = (change: Fields, page: Fields = {}, more: ProtocolState = free) =>
    judge("page-table-check", { pages: [{ ...anonymous, ...page }], ptes: [{ ...entry, ...change }], ...more });
  assert.deepEqual(check({}), kept);
  assert.equal(check({ write: false, uffd_wp: true, vma_write: false }).holds, true, "read-only");
  for (const change of [
    { vma_write: false },
    { uffd_wp: true, userfaultfd: true },
    { zero_page: true },
    { tracked: true },
  ])
    assert.equal(check(change).holds, false, JSON.stringify(change));
  assert.equal(check({ tracked: true, soft_dirty: true }).holds, true);
  assert.equal(check({ tracked: true }, {}, writer).holds, true, "clear_refs has not come to the entry yet");
  assert.equal(check({}, { maybe_shared: true }).holds, false);
  assert.equal(check({}, { anon: false }).holds, false);
});

test("page-table-check requires only that VMA and userfaultfd allow an exclusive or migration entry", () => {
  for (const kind of ["device_exclusive", "migration"]) {
    const check = (change: Fields) =>
      judge("page-table-check", { pages: [{ maybe_shared: true }], ptes: [{ ...entry, kind, ...change }], mms });
    assert.deepEqual(check({}), kept);
    assert.equal(check({ vma_write: false }).holds, false);
    assert.equal(check({ uffd_wp: true, userfaultfd: true }).holds, false);
  }
});

test("page-table-check forbids a second mapping of a page that is mapped writable", () => {
  const other = { ...entry, va: 1, write: false };
  const check = (second: Fields) => judge("page-table-check", { pages: [anonymous], ptes: [entry, second], mms });
  assert.equal(check(other).holds, false);
  assert.equal(check({ ...other, pfn: 1 }).holds, true);
  assert.equal(check({ ...other, kind: "migration" }).holds, true);
});

test("access-is-revoked looks at TLBs and entries when no actor holds the mmap lock any more", () => {
  const check = (place: Fields, tlb: Fields, more: ProtocolState) =>
    judge("access-is-revoked", { ptes: [{ ...entry, ...place }], cpu_tlbs: [tlb], ...more });
  const writable = { valid: true, write: true };
  assert.equal(check({}, writable, free).tested, false, "nothing was revoked");
  assert.deepEqual(check({ vma_write: false }, { valid: true }, free), kept);
  assert.equal(check({ vma_write: false }, writable, free).holds, false);
  assert.equal(check({ vma_write: false }, writable, writer).holds, true, "mprotect() has not returned");
  assert.equal(check({ vma_write: false, vma_mapped: false, kind: "none" }, { valid: true }, free).holds, false);
  assert.equal(check({ vma_write: false, vma_mapped: false, kind: "none" }, { valid: true }, reader).holds, true);
  assert.equal(check({ vma_mapped: false }, {}, free).holds, false, "an entry is left");
});

test("unmapped-is-flushed allows a translation without its entry only while a flush is due", () => {
  const check = (place: Fields, page: Fields, more: ProtocolState) =>
    judge("unmapped-is-flushed", {
      pages: [{ ...anonymous, ...page }],
      ptes: [{ ...entry, ...place }],
      cpu_tlbs: [{ valid: true }],
      ...more,
    });
  assert.equal(check({}, {}, free).tested, false);
  assert.equal(check({ kind: "none" }, {}, free).holds, false);
  for (const more of [reader, writer, { mms: [{ ptl_held: true }] }, { mms, vmas: [{ i_mmap_readers: 1 }] }])
    assert.deepEqual(check({ kind: "none" }, {}, more), kept, JSON.stringify(more));
  assert.deepEqual(check({ kind: "none", vma_readers: 1 }, {}, free), kept, "madvise() has the lock of the VMA");
  assert.equal(check({ kind: "none" }, { refcount: 0 }, reader).holds, false, "the page is free");
  assert.equal(check({ kind: "swap" }, { isolated: true }, free).holds, true, "reclaim has put it off");
  assert.equal(check({ kind: "none" }, { isolated: true }, free).holds, false, "munmap() has come after reclaim");
  assert.equal(check({ kind: "none" }, { isolated: true, lazyfree: true }, free).holds, true);
  assert.equal(check({ pfn: 1 }, {}, free).holds, false, "another page is mapped there by now");
});

test("no-stale-device-access judges a mapping that no access has used yet", () => {
  for (const list of ["device_ptes", "device_tlbs"]) {
    const check = (mapping: Fields, pte: Fields, invalidations = 0) =>
      judge("no-stale-device-access", {
        [list]: [{ valid: true, ...mapping }],
        ptes: [{ ...exclusive, ...pte }],
        mms: [{ invalidations }],
      });
    const atomic = { atomic: true, write: true };
    assert.deepEqual(check(atomic, {}), kept);
    assert.equal(check(atomic, { device_writable: false }).holds, false);
    assert.equal(check(atomic, { device_writable: false }, 1).holds, true, "it may still be taken away");
    assert.equal(check(atomic, { pfn: 1 }).holds, false);
    const readOnly = { kind: "present", device_writable: false, write: false };
    assert.equal(check(atomic, { ...readOnly, write: true }).holds, false, "atomics need an exclusive entry");
    assert.equal(check({}, readOnly).holds, true);
    assert.equal(check({ write: true }, readOnly).holds, false);
    assert.equal(check({ write: true }, { ...readOnly, write: true }).holds, true);
  }
});

test("no-stale-device-access lets a device use its own memory while the page is there or on its way", () => {
  const check = (mapping: Fields, pte: Fields, page: Fields = {}) =>
    judge("no-stale-device-access", {
      device_ptes: [{ valid: true, own_memory: true, ...mapping }],
      ptes: [{ ...exclusive, device_writable: false, kind: "device_private", ...pte }],
      pages: [{ device_memory: true, mapcount: 1, ...page }],
      mms: [{ invalidations: 0 }],
    }).holds;
  assert.equal(check({}, { write: false }), true);
  assert.equal(check({ write: true }, { write: false }), false);
  assert.equal(check({ write: true }, { write: true }), true);
  assert.equal(check({ own_memory: false }, {}), false, "the memory of another device");
  assert.equal(check({}, { kind: "migration" }), true, "its driver has yet to take it away");
  assert.equal(check({}, { kind: "present", pfn: 1 }), false);
  assert.equal(check({}, { kind: "none" }, { locked: true, mapcount: 0 }), true, "the page is about to be mapped");
  assert.equal(check({}, { kind: "none" }, { mapcount: 0 }), false, "it was not mapped");
});

test("no-lost-dirty requires that a page newer than its copy, or than MADV_FREE, is dirty", () => {
  const check = (page: Fields, pte: Fields = {}, more: ProtocolState = free) =>
    judge("no-lost-dirty", { pages: [{ ...anonymous, ...page }], ptes: [{ ...entry, ...pte }], ...more });
  assert.equal(check({ newer_than_swap: true }).tested, false, "nothing stands for it yet");
  const newer = { swap_cache: true, newer_than_swap: true };
  assert.equal(check(newer).holds, false);
  for (const excuse of [{ dirty: true }, { locked: true }])
    assert.deepEqual(check({ ...newer, ...excuse }), kept, JSON.stringify(excuse));
  assert.equal(check(newer, {}, { ...free, pins: [{ valid: true }] }).holds, true, "its holder writes");
  assert.equal(check(newer, {}, { ...free, pins: [{ valid: true, reading: true }] }).holds, false);
  assert.equal(check(newer, { dirty: true }).holds, true);
  assert.equal(check(newer, { kind: "device_exclusive" }).holds, true, "restoring it makes it dirty");
  assert.equal(check(newer, { kind: "device_exclusive", write: false }).holds, false);
  assert.equal(check(newer, {}, { mms: [{ ptl_held: true }] }).holds, true, "the bit is being passed on");
  assert.equal(check({ lazyfree: true }).holds, false);
  assert.equal(check({ lazyfree: true }, { given_up: true }).tested, false);
});

test("request-succeeds forbids that an operation fails", () => {
  assert.deepEqual(judge("request-succeeds", { actors: [{ finished: true }] }), kept);
  assert.equal(judge("request-succeeds", { actors: [{}, { failed: true }] }).why, "a = actors1: a.failed = true");
});

/**
 * The ioctl PAGEMAP_SCAN (fs/proc/task_mmu.c), which tells which pages were written to and write-protects them again.
 */
import { and, type Expr, field, le, not, or, withFields } from "../../ir/expression.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool, int } from "../../ir/types.ts";
import type { Context, RangeOperation } from "../machine/context.ts";
import { isAsync, usesMarkers } from "../machine/userfaultfd.ts";
import { mmapReadLock, mmapReadUnlock, sayVma } from "./mmap-lock.ts";
import { modifyEntry } from "./modify-entry.ts";
import { invalidateRangeEnd, invalidateRangeStart } from "./notifier.ts";
import {
  awaitPtl,
  holdPtl,
  isDevicePrivate,
  isMarker,
  isMigration,
  isNone,
  isPresent,
  marker,
  releasePtl,
} from "./page-table.ts";
import { flushTlb } from "./tlb.ts";
import { beginArming, endArming } from "./tracking.ts";

/**
 * do_pagemap_scan() for PAGE_IS_WRITTEN with PM_SCAN_WP_MATCHING and PM_SCAN_CHECK_WPASYNC: reports every entry that is
 * not marked, and marks it. All under one page-table lock, which is dropped only after the flush: no other flush is
 * pending then (mm_tlb_flush_pending). Unlike change_pte_range() it leaves writable entries of other kinds writable.
 */
export const pagemapScan = procedure<RangeOperation>("do_pagemap_scan", { file: "fs/proc/task_mmu.c" }, (k, range) => {
  const { context, vma, first, count } = range;
  const { machine, mm } = context;
  const allowed = and(machine.userfaultfd(mm, vma), isAsync(machine, vma) && usesMarkers(machine, vma));
  const found = k.register("found", bool);
  const flush = k.register("flush", bool);
  /** The first entry that was marked: where the flush begins. */
  const start = k.register("start", int(0, first + count - 1));
  k.step("mmap_read_lock", "takes the mmap lock for reading and looks up the VMA", () => {
    const mapped = machine.vmaMapped(mm, vma.index);
    mmapReadLock(k, context);
    k.set(found, and(mapped, allowed));
    sayVma(k, "reading", mapped);
    k.if(and(mapped, not(allowed)), () => {
      k.outcome("finds no asynchronous write protection in the VMA: fails");
      k.set(machine.failed(context.actor), true);
    });
  });
  k.call(invalidateRangeStart, { context, event: "PROTECTION_VMA", mm, first, count });
  const mark = (pte: Expr) => withFields(pte, { uffd_wp: true });
  const demotes = machine.has("scan-demotes-entries");
  const misread = machine.has("scan-knows-swap-marks") ? undefined : k.register("pte_uffd_wp", bool);
  k.if(found, () => {
    k.step("pte_offset_map_lock", "takes the page-table lock (PTL)", () => {
      awaitPtl(k, context, mm);
      holdPtl(k, context, mm);
      k.set(flush, false);
    });
    for (let va = first; va < first + count; va++)
      modifyEntry(k, {
        context,
        va,
        by: "pagemap_scan_pmd_entry",
        underPtl: true,
        fromEarlier: !machine.has("scan-keeps-new-bits"),
        before: () => {
          if (misread !== undefined) misreadMark(k, context, va, misread);
        },
        skips: (pte) => misread ?? field(pte, "uffd_wp"),
        change: (pte) => withFields(mark(pte), { write: false }),
        changeOther: (pte) =>
          demotes
            ? withFields(mark(pte), {
                write: and(field(pte, "write"), not(or(isMigration(pte), isDevicePrivate(pte)))),
              })
            : mark(pte),
        instead: marker(machine),
        also: () => {
          k.if(not(flush), () => k.set(start, va));
          k.set(flush, true);
          beginArming(k, context, va);
        },
      });
    k.step("flush_tlb_range", "flushes from the first marked entry on, if there is one, and drops the PTL", () => {
      if (machine.has("scan-flushes-tlb"))
        k.if(
          flush,
          () => {
            k.outcome("flushes the range from the CPUs' TLBs");
            for (let va = first; va < first + count; va++) k.if(le(start, va), () => flushTlb(k, machine, mm, va, 1));
          },
          () => k.outcome("has marked no entry"),
        );
      else k.outcome("flushes nothing");
      releasePtl(k, context, mm);
    });
  });
  k.call(invalidateRangeEnd, { context, mm });
  k.step("mmap_read_unlock", "drops the mmap lock; from here on a later scan reports what is written", () => {
    mmapReadUnlock(k, context);
    for (let va = first; va < first + count; va++) endArming(k, context, va);
  });
});

/**
 * pte_uffd_wp() of an entry that may not be present. In a marker the bit that it reads is set. In an entry of a page or
 * a swap slot it is a bit of the number. The program takes an address that the scan passes over for one that is marked.
 */
function misreadMark(k: Recorder, context: Context, va: number, misread: Expr): void {
  const pte = context.machine.pte(context.mm, va);
  k.if(
    or(isPresent(pte), isMarker(pte), isNone(pte)),
    () => k.set(misread, field(pte, "uffd_wp")),
    () =>
      k.choose({
        "reads 0 in the number": () => k.set(misread, false),
        "reads 1 in the number": () => {
          k.set(misread, true);
          beginArming(k, context, va);
        },
      }),
  );
}

/**
 * The ioctl PAGEMAP_SCAN (fs/proc/task_mmu.c), which tells which pages were written to and write-protects them again.
 */
import { and, constant, type Expr, eq, field, le, ne, not, or, withFields } from "../../ir/expression.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool, enumeration, int } from "../../ir/types.ts";
import type { Context, RangeOperation } from "../machine/context.ts";
import { isAsync, usesMarkers } from "../machine/userfaultfd.ts";
import { splitHugePmd, unlessPmdNone } from "./huge-memory.ts";
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
 * pending then (mm_tlb_flush_pending). Unlike change_pte_range() and change_huge_pmd() it leaves writable entries of
 * other kinds writable.
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
  const scanTable = () => {
    const marked = (va: number) => {
      k.if(not(flush), () => k.set(start, va));
      k.set(flush, true);
    };
    markEntries(k, { ...range, ofPmd: false, marked });
    const note = "flushes from the first marked entry on, if there is one, and drops the PTL";
    k.step("flush_tlb_range", note, () => {
      const vas = Array.from({ length: count }, (_, offset) => first + offset);
      flushMarked(k, range, flush, () => {
        for (const va of vas) k.if(le(start, va), () => flushTlb(k, machine, mm, va, 1));
      });
    });
  };
  k.if(found, () => {
    if (vma.pmdMappable)
      unlessPmdNone(k, { context, vma, by: "walk_pmd_range" }, () => {
        const table = k.call(pagemapScanThpEntry, range);
        k.set(flush, false);
        k.if(table, scanTable);
      });
    else {
      k.step("pte_offset_map_lock", "takes the page-table lock (PTL)", () => {
        awaitPtl(k, context, mm);
        holdPtl(k, context, mm);
        k.set(flush, false);
      });
      scanTable();
    }
  });
  k.call(invalidateRangeEnd, { context, mm });
  k.step("mmap_read_unlock", "drops the mmap lock; from here on a later scan reports what is written", () => {
    mmapReadUnlock(k, context);
    for (let va = first; va < first + count; va++) endArming(k, context, va);
  });
});

/** What the PMD of the range points to, the PTL being held, or nothing to mark there. */
const scannedPmd = enumeration("ScannedPmd", ["passed_over", "folio", "table", "split"]);

/**
 * pagemap_scan_thp_entry(): marks and flushes a PMD that maps a folio. If the scan is for one of its pages, a PMD that is
 * not marked is split. True if there is a page table to scan; then the PTL is held. Addresses without a page table are
 * passed over (pagemap_scan_pte_hole).
 */
const pagemapScanThpEntry = procedure<RangeOperation>(
  "pagemap_scan_thp_entry",
  { file: "fs/proc/task_mmu.c", returns: bool },
  (k, range) => {
    const { context, vma, first, count } = range;
    const { machine, mm } = context;
    const pmd = k.register("pmd", scannedPmd);
    const part = count < vma.count;
    const look = () =>
      k.step("pmd_trans_huge_lock", "takes the PTL if there is a page table, or a PMD that maps a folio", () => {
        awaitPtl(k, context, mm);
        const [huge, table] = [machine.pmdMapped(mm, vma), machine.pageTable(mm, vma)];
        const marked = part ? field(machine.pte(mm, first), "uffd_wp") : constant(0, bool);
        const take = (found: "folio" | "table") => {
          k.outcome("takes the PTL of a", found === "folio" ? "PMD that maps a folio" : "page table");
          k.set(pmd, found);
          holdPtl(k, context, mm);
        };
        k.set(pmd, "passed_over");
        k.if(table, () => take("table"));
        k.if(and(huge, not(marked)), () => {
          if (!part) return take("folio");
          k.outcome("finds a PMD that is not marked: has it split");
          k.set(pmd, "split");
        });
        k.if(and(huge, marked), () => k.outcome("finds a PMD that is marked: passes over it"));
        k.if(not(or(huge, table)), () => k.outcome("finds no page table: passes over the addresses"));
      });
    if (part)
      k.loop(() => {
        look();
        k.if(ne(pmd, "split"), () => k.break());
        splitHugePmd(k, { context, vma });
      });
    else {
      look();
      k.if(eq(pmd, "folio"), () => {
        const flush = k.register("flush", bool);
        k.set(flush, false);
        markEntries(k, { ...range, ofPmd: true, marked: () => k.set(flush, true) });
        k.step("flush_tlb_range", "flushes the folio if it was marked, and drops the PTL", () =>
          flushMarked(k, range, flush, () => flushTlb(k, machine, mm, first, count)),
        );
      });
    }
    k.return(eq(pmd, "table"));
  },
);

interface Marking extends RangeOperation {
  /** Whether the entries are those of a PMD. */
  readonly ofPmd: boolean;
  /** Part of the step that marks an entry. */
  readonly marked: (va: number) => void;
}

/**
 * make_uffd_wp_pte() for each entry, or make_uffd_wp_pmd(). The entries of a PMD have one mark in the kernel. Older
 * kernels look for that one in the right place, and mark what they have cleared (pmdp_invalidate_ad).
 */
function markEntries(k: Recorder, { context, first, count, ofPmd, marked }: Marking): void {
  const { machine } = context;
  const mark = (pte: Expr) => withFields(pte, { uffd_wp: true });
  const demotes = machine.has("scan-demotes-entries");
  const misreads = !ofPmd && !machine.has("scan-knows-swap-marks");
  const misread = misreads ? k.register("pte_uffd_wp", bool) : undefined;
  for (let va = first; va < first + count; va++)
    modifyEntry(k, {
      context,
      va,
      by: ofPmd ? "pmdp_invalidate_ad" : "pagemap_scan_pmd_entry",
      underPtl: true,
      fromEarlier: !ofPmd && !machine.has("scan-keeps-new-bits"),
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
      instead: ofPmd ? undefined : marker(machine),
      also: () => {
        marked(va);
        beginArming(k, context, va);
      },
    });
}

/** The end of a step that flushes what was marked, and drops the PTL. */
function flushMarked(k: Recorder, { context }: RangeOperation, flush: Expr, flushAll: () => void): void {
  const { machine, mm } = context;
  if (machine.has("scan-flushes-tlb"))
    k.if(
      flush,
      () => {
        k.outcome("flushes the range from the CPUs' TLBs");
        flushAll();
      },
      () => k.outcome("has marked no entry"),
    );
  else k.outcome("flushes nothing");
  releasePtl(k, context, mm);
}

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
        "reads zero in the number": () => k.set(misread, false),
        "reads one in the number": () => {
          k.set(misread, true);
          beginArming(k, context, va);
        },
      }),
  );
}

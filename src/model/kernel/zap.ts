/** Unmapping pages (mm/memory.c zap_pte_range and its callers). */
import { and, constant, type Expr, field, ne, not, or } from "../../ir/expression.ts";
import { at } from "../../ir/lookup.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import type { Context, NotifierEvent, RangeOperation, VmaOperation } from "../machine/context.ts";
import { hasDeviceMemory } from "../machine/device-memory.ts";
import { type Vma, vmaAt } from "../machine/machine.ts";
import { hasMigrationEntries } from "../machine/migration-entries.ts";
import { flushBatchedPending } from "./batched-flush.ts";
import { splitIfHuge, unlessPmdNone } from "./huge-memory.ts";
import { madviseLock, madviseUnlock } from "./madvise-lock.ts";
import { unmarkMlocked } from "./mlocked.ts";
import { mmapReadUnlock, mmapWriteDowngrade, mmapWriteLock, mmapWriteUnlock, sayVma } from "./mmap-lock.ts";
import { invalidateRangeEnd, invalidateRangeStart, invalidateRangeStartNonblock } from "./notifier.ts";
import { dropReference, nameWithoutReference, putPage, removeMapping, takeInHand } from "./page.ts";
import {
  awaitPtl,
  freesPageTables,
  isDevicePrivate,
  isExclusive,
  isMigration,
  isNone,
  isPresent,
  isSwap,
  isZeroPage,
  none,
  pfn,
} from "./page-table.ts";
import { detachPins } from "./pinned.ts";
import { removeDeviceExclusiveEntry } from "./remove-device-exclusive.ts";
import { awaitReverseMap, linkVma, separateTree, useVma } from "./reverse-map.ts";
import { ofPage, takeFromRss } from "./rss.ts";
import { freeSwapAndCache, freeSwapCache } from "./swap-cache.ts";
import { flushTlb } from "./tlb.ts";
import { forgetEntry } from "./tracking.ts";
import { markVma } from "./vma-lock.ts";

export interface ZapRange {
  readonly context: Context;
  readonly mm: number;
  readonly first: number;
  readonly count: number;
  readonly event: NotifierEvent;
  /** With details for unmap_mapping_range(): the range is one of a file. */
  readonly ofFile?: "all" | "without copies";
  /** With details for MADV_DONTNEED (reclaim_pt): frees a page table that is left empty. */
  readonly freesTable?: boolean;
  /** Gives up if a driver would have to wait. */
  readonly nonblocking?: boolean;
}

/**
 * zap_page_range(): clears the entries under the PTL, then flushes, then frees what was mapped (mmu_gather). The page
 * of an exclusive entry is released at once, under the PTL, since v5.18 before the entry is cleared. Both may be one
 * step, because a fault that reads the entry in between reads what it could have read before. The caller holds whatever
 * keeps the VMA alive.
 */
export const zapPageRange = procedure<ZapRange>("zap_page_range", { file: "mm/memory.c" }, (k, range) => {
  zap(k, range);
});

/**
 * unmap_page_range(), together with what its callers do about notifiers and the gather: the same, under the name of
 * that call.
 */
export const unmapPageRange = procedure<ZapRange>("unmap_page_range", { file: "mm/memory.c" }, (k, range) => {
  zap(k, range);
});

function zap(k: Recorder, range: ZapRange): void {
  const { context, mm, first, count, event, ofFile, freesTable = false, nonblocking } = range;
  const { machine } = context;
  const addresses = Array.from({ length: count }, (_, offset) => first + offset);
  // Which private copies a truncation removes: up to v5.17 not those that are swapped out or being moved.
  const takesAll = ofFile === undefined || machine.has("truncate-takes-swap-entries");
  const gathered = addresses.map((va) => k.register(`gathered ${at(machine.addresses, va)}`, machine.types.page));
  const flush = k.register("flush", bool);
  k.set(flush, false);
  const invalidated = { context, event, mm, first, count };
  if (nonblocking) k.if(not(k.call(invalidateRangeStartNonblock, invalidated)), () => k.return());
  else k.call(invalidateRangeStart, invalidated);
  const vma = vmaAt(machine, first);
  const ofPart = vma.pmdMappable && count < vma.count;
  if (ofPart) splitIfHuge(k, { context: { ...context, mm }, vma, by: "zap_pmd_range", underPtl: false });
  const zapEntry = (position: number, va: number) => {
    const pte = machine.pte(mm, va);
    const page = pfn(pte);
    const label = `zap_pte_range ${at(machine.addresses, va)}`;
    const gather = at(gathered, position);
    const zapped = { context, mm, va, gather };
    if (ofFile === "without copies") {
      k.step(label, "clears the entry under the PTL if it maps a page of the page cache", () =>
        clearFilePage(k, zapped, flush),
      );
      return;
    }
    const clear = () => {
      beginClearing(k, zapped);
      const cleared = takesAll ? not(isNone(pte)) : or(isPresent(pte), isExclusive(pte));
      k.if(
        cleared,
        () => k.outcome("clears the entry", pte, "under the PTL"),
        () => k.outcome("finds the entry", pte, ": leaves it"),
      );
      k.if(isPresent(pte), () => k.set(flush, true));
      k.if(and(isPresent(pte), not(isZeroPage(machine, pte))), () => gatherPage(k, zapped));
      k.if(
        isExclusive(pte),
        () => {
          if (vma.backing === "private-file")
            k.assert(
              not(machine.has("zap-expects-anonymous-vma")),
              "zap_pte_range: WARN_ON_ONCE(!vma_is_anonymous(vma))",
            );
          if (machine.has("zap-updates-rss")) takeFromRss(k, machine.rssAnon(mm));
          if (machine.has("entries-keep-mapcount")) {
            removeMapping(k, machine, page);
            unmarkMlocked(k, machine, { mm, va, page });
          }
          dropReference(k, context, page);
        },
        () => {
          const swapped = () => {
            if (takesAll && machine.swapSlots > 0) k.if(isSwap(pte), () => zapSwap(k, context, { mm, pte }));
          };
          if (!hasDeviceMemory(machine)) return swapped();
          const ofDevice = () => {
            takeFromRss(k, machine.rssAnon(mm));
            removeMapping(k, machine, page);
            dropReference(k, context, page);
          };
          k.if(isDevicePrivate(pte), ofDevice, swapped);
        },
      );
      if (takesAll && hasMigrationEntries(machine)) k.if(isMigration(pte), () => takeFromRss(k, machine.rssAnon(mm)));
      k.if(cleared, () => {
        k.set(pte, none(machine));
        if (vma.pmdMappable) k.set(machine.pmdMapped(mm, vma), false);
        forgetEntry(k, machine, mm, va);
        detachPins(k, machine, mm, va);
      });
    };
    const clearByPte = () => {
      if (!ofPart) return clear();
      // The kernel passes over an empty PMD. If a fault has put a folio there meanwhile, it passes over the folio too, or
      // splits it (since v6.5). That is the same as a zap before or after the fault.
      const passOver = () => {
        beginClearing(k, zapped);
        k.outcome("finds no page table: has nothing to clear");
      };
      k.if(machine.pageTable(mm, vma), clear, passOver);
    };
    if (machine.has("zap-restores-exclusive")) restoreFirst(k, { context: { ...context, mm }, va }, label, clearByPte);
    else k.step(label, "clears the entry under the PTL", clearByPte);
  };
  const walk = () => {
    for (const [position, va] of addresses.entries()) zapEntry(position, va);
    if (freesTable && !ofPart && freesPageTables(machine, vma)) freeIfEmpty(k, range, vma);
  };
  const passOver = () => {
    for (const page of gathered) k.set(page, machine.noPage);
  };
  if (ofPart) walk();
  else unlessPmdNone(k, { context: { ...context, mm }, vma, by: "zap_pmd_range" }, walk, passOver);
  k.call(invalidateRangeEnd, { context, mm });
  if (machine.has("zap-flushes-tlb")) {
    k.if(flush, () =>
      k.step("tlb_flush_mmu", "flushes the range from the CPUs' TLBs", () => flushTlb(k, machine, mm, first, count)),
    );
  }
  for (const [position, page] of gathered.entries()) {
    k.if(ne(page, machine.noPage), () =>
      k.step(
        `free_pages_and_swap_cache ${at(machine.addresses, first + position)}`,
        "drops the mapping's reference to the gathered page",
        () => {
          freeSwapCache(k, context, page);
          putPage(k, context, page);
        },
      ),
    );
  }
}

/**
 * zap_pte_table_if_empty(). The kernel frees the page table under the PTL that it has zapped the entries under, if it can;
 * otherwise it looks again. The look again comes to the same.
 */
function freeIfEmpty(k: Recorder, { context, mm, first, count }: ZapRange, vma: Vma): void {
  const { machine } = context;
  const table = machine.pageTable(mm, vma);
  const ptes = Array.from({ length: count }, (_, offset) => machine.pte(mm, first + offset));
  k.step("zap_pte_table_if_empty", "frees the page table if it is empty", () => {
    awaitPtl(k, context, mm);
    k.if(and(table, ...ptes.map(isNone)), () => {
      k.outcome("frees it");
      k.set(table, false);
    });
  });
}

interface ZappedEntry {
  readonly context: Context;
  readonly mm: number;
  readonly va: number;
  /** A register for the page to which the entry's reference is still to be dropped. */
  readonly gather: Expr;
}

/** The first part of a step that zaps an entry. */
function beginClearing(k: Recorder, { context, mm, va, gather }: ZappedEntry): void {
  const { machine } = context;
  awaitPtl(k, context, mm);
  if (machine.has("zap-flushes-batched")) flushBatchedPending(k, machine, mm);
  useVma(k, context, mm, va);
  k.set(gather, machine.noPage);
}

/** The page of a present entry is no longer mapped there. Its reference is dropped after the flush. */
function gatherPage(k: Recorder, { context, mm, va, gather }: ZappedEntry): void {
  const { machine } = context;
  const page = pfn(machine.pte(mm, va));
  k.set(gather, page);
  takeInHand(k, context, page);
  ofPage(k, machine, mm, page, (counter) => takeFromRss(k, counter));
  removeMapping(k, machine, page);
  unmarkMlocked(k, machine, { mm, va, page });
}

/** should_zap_folio(): private copies stay, and so do all entries that stand for one. */
function clearFilePage(k: Recorder, zapped: ZappedEntry, flush: Expr): void {
  const { context, mm, va } = zapped;
  const { machine } = context;
  const pte = machine.pte(mm, va);
  beginClearing(k, zapped);
  const cleared = and(isPresent(pte), not(isZeroPage(machine, pte)), not(machine.pageAnon(pfn(pte))));
  k.if(
    cleared,
    () => {
      k.outcome("clears the entry", pte, "under the PTL");
      k.set(flush, true);
      gatherPage(k, zapped);
      k.set(pte, none(machine));
      forgetEntry(k, machine, mm, va);
      detachPins(k, machine, mm, va);
    },
    () => k.outcome("finds the entry", pte, ": leaves it"),
  );
}

/**
 * What the review asked for: an exclusive entry is made present first, under the page lock, and then zapped as a
 * present one.
 */
function restoreFirst(
  k: Recorder,
  { context, va }: { readonly context: Context; readonly va: number },
  label: string,
  clear: () => void,
): void {
  const { machine, mm } = context;
  const pte = machine.pte(mm, va);
  const orig = k.register(`orig_pte ${at(machine.addresses, va)}`, machine.types.pte);
  const again = k.register(`again ${at(machine.addresses, va)}`, bool);
  k.loop(() => {
    k.step(`look before ${label}`, "reads the entry without the PTL", () => {
      k.outcome("reads the entry", pte, "without the PTL");
      k.set(orig, pte);
      k.if(isExclusive(pte), () => nameWithoutReference(k, context, pfn(pte)));
    });
    k.if(isExclusive(orig), () => {
      k.call(removeDeviceExclusiveEntry, { context, va, orig, mayRetry: constant(0, bool), killable: false });
      k.continue();
    });
    k.step(label, "clears the entry under the PTL, unless it has become an exclusive one", () => {
      k.set(again, isExclusive(pte));
      k.if(
        isExclusive(pte),
        () => {
          awaitPtl(k, context, mm);
          k.outcome("finds the entry", pte, ": looks again");
        },
        clear,
      );
    });
    k.if(not(again), () => k.break());
  });
}

export function zapSwap(k: Recorder, context: Context, { mm, pte }: { readonly mm: number; readonly pte: Expr }): void {
  const { machine } = context;
  takeFromRss(k, machine.rssSwap(mm));
  freeSwapAndCache(k, context, field(pte, "slot"));
}

/**
 * munmap() of a whole VMA: takes the VMA out of the tree, so that later faults do not find it, and continues with the
 * mmap lock held only for reading. (The kernel keeps the lock for writing if the VMA is next to a stack that may grow,
 * which is not modelled.)
 */
export const munmap = procedure<VmaOperation>("munmap", { file: "mm/mmap.c" }, (k, { context, vma }) => {
  const { machine, mm } = context;
  const mapped = machine.vmaMapped(mm, vma.index);
  const was = k.register("mapped", bool);
  const range = { context, mm, first: vma.first, count: vma.count, event: "UNMAP" } as const;
  k.step("mmap_write_lock", "takes the mmap lock for writing and looks up the VMA", () => {
    mmapWriteLock(k, context);
    k.set(was, mapped);
    sayVma(k, "writing", was);
  });
  markVma(k, context, { vma, go: was });
  if (!separateTree(machine)) {
    k.if(was, () => k.call(zapPageRange, range));
    // While the lock is held, only the reverse map shows whether the VMA still exists. The VMA leaves the reverse map
    // after the zap.
    k.step("mmap_write_unlock", "takes the VMA out of the reverse map and drops the mmap lock", () => {
      awaitReverseMap(k, context, vma);
      linkVma(k, machine, mm, vma, false);
      mmapWriteUnlock(k, context);
    });
    return;
  }
  k.if(not(was), () => {
    k.step("mmap_write_unlock", "drops the mmap lock: nothing is mapped there", () => mmapWriteUnlock(k, context));
    k.return();
  });
  k.step(
    "mmap_write_downgrade",
    "takes the VMA out of the tree; from here on it holds the mmap lock for reading",
    () => {
      k.set(mapped, false);
      mmapWriteDowngrade(k, context);
    },
  );
  k.call(zapPageRange, range);
  k.step("free_pgtables", "takes the VMA out of the reverse map", () => {
    awaitReverseMap(k, context, vma);
    k.set(machine.vmaLinked(mm, vma.index), false);
  });
  k.step("mmap_read_unlock", "drops the mmap lock", () => mmapReadUnlock(k, context));
});

/** madvise(MADV_DONTNEED): zaps under a lock that is held only for reading, concurrently with page faults. */
export const madviseDontneed = procedure<RangeOperation>("madvise_dontneed", { file: "mm/madvise.c" }, (k, range) => {
  const { context, first, count } = range;
  const lock = madviseLock(k, range);
  k.if(lock.found, () =>
    k.call(zapPageRange, { context, mm: context.mm, first, count, event: "CLEAR", freesTable: true }),
  );
  madviseUnlock(k, range, lock);
});

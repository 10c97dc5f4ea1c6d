/** madvise(MADV_FREE) (mm/madvise.c): the pages stay until their memory is needed, unless they are written to first. */

import { and, constant, type Expr, eq, isConstant, ne, not, or, withFields } from "../../ir/expression.ts";
import { at } from "../../ir/lookup.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool, enumeration } from "../../ir/types.ts";
import type { Context, RangeOperation } from "../machine/context.ts";
import { pairOf, type Vma } from "../machine/machine.ts";
import { flushBatchedPending } from "./batched-flush.ts";
import { mapsWhole } from "./folio-batch.ts";
import { markPageLazyfree } from "./lru.ts";
import { madviseFreeHugePmd } from "./madvise-free-pmd.ts";
import { beginSplit, finishSplit } from "./madvise-free-split.ts";
import { madviseLock, madviseUnlock } from "./madvise-lock.ts";
import { sayPassedOver } from "./mapped-walk.ts";
import { invalidateRangeEnd, invalidateRangeStart } from "./notifier.ts";
import { letGo, takeInHand, tryLockPage, unlockPage } from "./page.ts";
import { awaitPtl, holdPtl, isPresent, isSwap, isZeroPage, none, pfn, releasePtl } from "./page-table.ts";
import { folioMapcount, mappingsIn } from "./reverse-map.ts";
import { mayFreeSwap, tryToFreeSwap } from "./swap-cache.ts";
import { inSwapCache } from "./swap-slots.ts";
import { flushTlb, hasCpus } from "./tlb.ts";
import { beginFreeing, endFreeing, forgetEntry } from "./tracking.ts";
import { zapSwap } from "./zap.ts";

/**
 * madvise_free_single_vma(), under a lock that is held only for reading. The TLBs are flushed when the gather ends:
 * after the notifiers, and before the system call returns.
 */
export const madviseFree = procedure<RangeOperation>(
  "madvise_free_single_vma",
  { file: "mm/madvise.c" },
  (k, range) => {
    const { context, vma, first, count } = range;
    const { machine, mm } = context;
    const addresses = Array.from({ length: count }, (_, offset) => first + offset);
    const lock = madviseLock(k, range);
    k.if(lock.found, () => {
      const notifies = machine.has("madvise-free-notifies");
      if (notifies) k.call(invalidateRangeStart, { context, event: "CLEAR", mm, first, count });
      const cleaned =
        vma.folio === 2
          ? freeFolios(k, { context, vma, first, count })
          : addresses.map((va) => ({
              va,
              flush: eq(k.call(madviseFreePte, { context, vma, vas: [va] }), "cleaned"),
              count: 1,
            }));
      if (notifies) k.call(invalidateRangeEnd, { context, mm });
      k.step("tlb_finish_mmu", "flushes the cleaned entries from the CPUs' TLBs", () => {
        if (!machine.has("madvise-free-flushes-tlb") || !hasCpus(machine, mm)) return k.outcome("flushes nothing");
        k.if(not(or(...cleaned.map(({ flush }) => flush))), () => k.outcome("has nothing to flush"));
        for (const { va, flush, count: length } of cleaned) k.if(flush, () => flushTlb(k, machine, mm, va, length));
      });
    });
    madviseUnlock(k, range, lock, () => {
      for (const va of addresses) endFreeing(k, context, va);
    });
  },
);

/**
 * What became of an entry. `at_folio`: it maps a large folio that stays, at which the walk may end; `split`: it mapped
 * one; `small`: it does not map one, and was to be handled with the next entry; `no_table`: there is no page table.
 */
const freedEntry = enumeration("FreedEntry", ["left", "cleaned", "at_folio", "split", "small", "no_table"]);

/**
 * madvise_free_pte_range() in a VMA whose folios may be large. A folio that is mapped as a whole in the range is handled
 * as a whole. Any other large folio is split if that is possible. If it is not, the walk goes on with the next entry; up
 * to v6.4 it ends. It begins with the PMD, if that may map a folio.
 */
function freeFolios(k: Recorder, { context, vma, first, count }: RangeOperation) {
  const keepsWhole = context.machine.has("madvise-free-keeps-folio-whole");
  const ended = k.register("ended", bool);
  const done = k.register("done", bool);
  const freed = k.register("freed", freedEntry);
  const wasSplit = flushesOnce(context) ? k.register("was_split", bool) : constant(0, bool);
  const end = first + count;
  if (vma.pmdMappable) k.set(ended, k.call(madviseFreeHugePmd, { context, vma, first, count }));
  else k.set(ended, false);
  if (!isConstant(wasSplit)) k.set(wasSplit, false);
  return Array.from({ length: count }, (_, offset) => {
    const va = first + offset;
    const flush = k.register(`flush ${context.machine.addresses[va]}`, bool);
    const pair = pairOf({ vma, va });
    const isWhole = pair.count === 2 && va === pair.first && va + 1 < end;
    const free = (...vas: readonly number[]) => {
      k.set(freed, k.call(madviseFreePte, { context, vma, vas, wasSplit }));
      if (!isConstant(wasSplit)) k.set(wasSplit, or(wasSplit, eq(freed, "split")));
      k.set(flush, or(flush, eq(freed, "cleaned")));
    };
    k.set(flush, false);
    if (va === pair.first) k.set(done, false);
    k.if(not(or(ended, done)), () => {
      k.loop(() => {
        if (keepsWhole && isWhole) {
          free(va, va + 1);
          k.set(done, or(eq(freed, "cleaned"), eq(freed, "left"), eq(freed, "no_table")));
          k.if(done, () => k.break());
        }
        free(va);
        k.if(ne(freed, "split"), () => k.break());
      });
      if (!keepsWhole) k.set(ended, or(eq(freed, "at_folio"), eq(freed, "no_table")));
      else if (vma.pmdMappable) k.set(ended, eq(freed, "no_table"));
    });
    return { va, flush, count: isWhole ? 2 : 1 };
  });
}

/** Whether a split, after which the page-table lock is taken again, leaves deferred flushes to others. */
const flushesOnce = ({ machine, mm }: Context): boolean =>
  !machine.has("madvise-free-flushes-batched-again") && !isConstant(machine.tlbFlushBatched(mm));

interface FreedEntries {
  readonly context: Context;
  readonly vma: Vma;
  /** One entry, or those of a large folio that may be mapped as a whole. */
  readonly vas: readonly number[];
  /** The call has split a folio. From then on, up to v6.14, it carries out no deferred flush. */
  readonly wasSplit?: Expr;
}

/**
 * madvise_free_pte_range() for one entry, or for all entries of a large folio. Cleaned entries need a flush, also those
 * that were old and clean already: either the actor that cleaned it has yet to flush, or there is nothing to flush
 * (mm_tlb_flush_nested). Exclusive and migration entries are passed over. A swap entry is removed at once. If the dirty
 * flag has to be cleared or the page has to leave the swap cache, a page that others map or whose lock is taken is
 * passed over.
 */
const madviseFreePte = procedure<FreedEntries>(
  "madvise_free_pte_range",
  { file: "mm/madvise.c", returns: freedEntry },
  (k, { context, vma, vas, wasSplit = constant(0, bool) }) => {
    const { machine, mm } = context;
    const va = at(vas, 0);
    const pte = machine.pte(mm, va);
    const isWhole = vas.length > 1;
    const page = k.register("page", machine.types.page);
    const ptent = k.register("ptent", machine.types.pte);
    const go = k.register("go", bool);
    const locks = k.register("needs_lock", bool);
    const atFolio = k.register("at_folio", bool);
    const largeFolio = machine.largeFolio(pfn(pte));
    const maySplit = !isWhole && vma.folio === 2;
    const splits = maySplit ? k.register("splits", bool) : constant(0, bool);
    const dropPtl = (label: string) => k.step(label, "drops the PTL", () => releasePtl(k, context, mm));

    const read = () => {
      if (machine.has("madvise-free-flushes-batched")) k.if(not(wasSplit), () => flushBatchedPending(k, machine, mm));
      k.set(page, machine.noPage);
      const mapped = and(isPresent(pte), not(isZeroPage(machine, pte)));
      const large = and(mapped, largeFolio);
      if (!isConstant(largeFolio)) k.set(atFolio, large);
      k.set(go, isWhole ? and(large, mapsWhole(context, vas)) : and(mapped, not(large)));
      const swapped = machine.swapSlots > 0 && !isWhole ? isSwap(pte) : false;
      k.if(and(not(go), not(swapped), maySplit ? not(large) : true), () => sayPassedOver(k, pte));
      if (maySplit)
        k.if(large, () =>
          beginSplit(k, { context, vma, va, page, splits }, isUnshared(context, { vma, va, page: pfn(pte) })),
        );
      k.if(go, () => {
        k.outcome("takes the PTL and reads the entry", pte);
        holdPtl(k, context, mm);
        k.set(page, pfn(pte));
        k.set(locks, or(machine.pageDirty(pfn(pte)), inSwapCache(machine, pfn(pte))));
      });
      if (machine.swapSlots > 0 && !isWhole)
        k.if(isSwap(pte), () => {
          k.outcome("removes the entry", pte, "under the PTL");
          zapSwap(k, context, { mm, pte });
          k.set(pte, none(machine));
          forgetEntry(k, machine, mm, va);
        });
    };
    k.step("pte_offset_map_lock", "reads the entry under the PTL, and its page's flags", () => {
      awaitPtl(k, context, mm);
      if (!vma.pmdMappable) return read();
      k.if(machine.pageTable(mm, vma), read, () => {
        k.outcome("finds no page table");
        k.return("no_table");
      });
    });
    if (!isConstant(largeFolio))
      k.if(and(not(go), atFolio), () => {
        if (maySplit) k.if(splits, () => finishSplit(k, { context, vma, va, page, splits }));
        k.if(splits, () => k.return("split"));
        k.return("at_folio");
      });
    k.if(not(go), () => k.return(isWhole ? "small" : "left"));
    k.if(locks, () => {
      k.step("trylock_page", "takes the page lock if it is free", () =>
        tryLockPage(k, context, page, () => k.set(go, false)),
      );
      k.if(not(go), () => {
        dropPtl("pte_unmap_unlock at a locked page");
        k.return("left");
      });
      if (machine.has("madvise-free-spares-shared"))
        k.step("page_mapcount", "checks whether others map the page", () => {
          k.set(go, eq(folioMapcount(machine, page), vas.length));
          k.if(
            go,
            () => k.outcome("sees that no other entry maps", page),
            () => k.outcome("sees that other entries map", page, ": leaves it"),
          );
        });
      if (machine.swapSlots > 0)
        k.if(go, () =>
          k.step("try_to_free_swap", "takes the page out of the swap cache if no entry uses its slot", () => {
            k.set(go, or(not(inSwapCache(machine, page)), mayFreeSwap(machine, page)));
            k.if(
              not(inSwapCache(machine, page)),
              () => k.outcome("finds", page, "not in the swap cache"),
              () =>
                k.if(
                  mayFreeSwap(machine, page),
                  () => k.outcome("takes", page, "out of the swap cache"),
                  () => k.outcome("finds the swap slot of", page, "in use: leaves it"),
                ),
            );
            k.if(go, () => tryToFreeSwap(k, context, page));
          }),
        );
      k.if(go, () => k.step("ClearPageDirty", "clears the dirty flag", () => k.set(machine.pageDirty(page), false)));
      k.step("unlock_page", "unlocks the page", () => unlockPage(k, context, page));
      k.if(not(go), () => {
        dropPtl("pte_unmap_unlock at a shared page");
        k.return("left");
      });
    });
    for (const each of vas) {
      const entry = machine.pte(mm, each);
      const of = each === va ? "" : " of the next entry";
      k.step(`ptep_get_and_clear_full${of}`, "clears the entry", () => {
        k.set(ptent, entry);
        k.set(entry, none(machine));
        takeInHand(k, context, page);
      });
      k.step(`set_pte_at${of}`, "writes the entry again, old and clean", () => {
        k.set(entry, withFields(ptent, { young: false, dirty: false }));
        letGo(k, context, page);
        beginFreeing(k, context, each);
      });
    }
    k.step(
      "mark_page_lazyfree",
      "marks the page if it is on a list of evictable pages and not in the swap cache; drops the PTL",
      () => {
        markPageLazyfree(k, context, page);
        k.outcome("drops the PTL");
        releasePtl(k, context, mm);
      },
    );
    k.return("cleaned");
  },
);

/**
 * Whether a large folio may be split. In 6.12.117 and 6.14 folio_likely_mapped_shared(), here as exact as
 * folio_maybe_mapped_shared() of later versions. Before, the mapcount had to be 1: that of the page or, with the
 * feature, that of the folio.
 */
function isUnshared(
  { machine, mm }: Context,
  { vma, va, page }: { readonly vma: Vma; readonly va: number; readonly page: Expr },
): Expr {
  if (machine.has("madvise-free-keeps-folio-whole"))
    return eq(folioMapcount(machine, page), mappingsIn(machine, { mm, vma, va, page }));
  return eq(machine.has("madvise-free-counts-folio") ? folioMapcount(machine, page) : machine.mapcount(page), 1);
}

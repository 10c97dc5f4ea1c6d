/** Swapping out a page and freeing it (mm/vmscan.c shrink_page_list, mm/rmap.c try_to_unmap). */

import { and, type Expr, eq, field, makeWord, ne, not, or } from "../../ir/expression.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool, int } from "../../ir/types.ts";
import type { Context, RangeOperation } from "../machine/context.ts";
import type { Vma } from "../machine/machine.ts";
import { putOffFlush, tryToUnmapFlush } from "./batched-flush.ts";
import { clearFoundEntry } from "./clear-entry.ts";
import { unmapLazyfree } from "./lazyfree.ts";
import { isolateLruPage, putbackLruPage } from "./lru.ts";
import { awaitMapPte, mayMap } from "./mapped-walk.ts";
import { unlessLocked } from "./mlocked.ts";
import { invalidateRangeEnd, invalidateRangeStart } from "./notifier.ts";
import { dropReference, letGo, putPage, removeMapping, setAnonExclusive, tryLockPage, unlockPage } from "./page.ts";
import { isPresent, pfn, releasePtl } from "./page-table.ts";
import { maybeDmaPinned, unlessPinned } from "./pinned.ts";
import { isMapped, rmapWalk, useVma } from "./reverse-map.ts";
import { addToRss, takeFromRss } from "./rss.ts";
import { sayWhether } from "./say-whether.ts";
import { splitFolio } from "./split-folio.ts";
import { addToSwapCache, deleteFromSwapCache, inSwapCache, readSlot, slotsOf, swapDuplicate } from "./swap-cache.ts";
import { outdateReads } from "./swap-in-uncached.ts";
import { markNewer } from "./tracking.ts";

/**
 * shrink_page_list() for the page that is mapped at the address, until the page is freed. The page is written under the
 * page lock. It is a choice whether reclaim then frees the page, as with zram, or leaves it in the swap cache because it
 * is still being written, as with a disk. Reclaim gives up if the page is locked, no slot is free, or something else
 * refers to the page.
 */
export const shrinkPageList = procedure<RangeOperation>("shrink_page_list", { file: "mm/vmscan.c" }, (k, operation) => {
  const { context, vma, first: va } = operation;
  const { machine } = context;
  const { refcount, mapcount, pageDirty } = machine;
  const page = k.register("page", machine.types.page);
  const slot = k.register("slot", int(0, Math.max(0, machine.swapSlots - 1)));
  const go = k.register("go", bool);
  const dirty = k.register("dirty", bool);
  const flush = () => {
    k.outcome("flushes the CPUs' TLBs");
    tryToUnmapFlush(k, machine, vma, va);
  };
  const flushAtEnd = (label: string) => {
    if (machine.has("reclaim-flushes-before-freeing"))
      k.step(label, "flushes the CPUs' TLBs if the flush was deferred", flush);
  };
  const putBack = (label: string) =>
    k.step(`keep ${label}`, "puts the page back on its list", () => {
      putbackLruPage(k, context, page);
      k.set(machine.failed(context.actor), true);
    });
  /** Here the page was unmapped: the flush comes at the end for pages that are kept as well. */
  const keep = (label: string) => {
    flushAtEnd(`try_to_unmap_flush ${label}`);
    putBack(label);
  };
  const unlockAndKeep = (label: string) => {
    k.step(`keep_locked ${label}`, "unlocks the page", () => unlockPage(k, context, page));
    keep(label);
  };
  /** Here the page was not unmapped: there is nothing to flush. */
  const unlockAndPutBack = (label: string) => {
    k.step(`keep_locked ${label}`, "unlocks the page", () => unlockPage(k, context, page));
    putBack(label);
  };
  const unless = (condition: Expr, give: (label: string) => void, label: string) =>
    k.if(not(condition), () => {
      give(label);
      k.return();
    });
  const tryLock = (label: string) =>
    k.step(label, "takes the page lock if it is free", () => {
      k.set(go, true);
      tryLockPage(k, context, page, () => k.set(go, false));
    });

  k.step("isolate_lru_page", "takes the page off its LRU list, with a reference", () =>
    isolateLruPage(k, context, { va, page, found: go }),
  );
  k.if(not(go), () => k.return());
  tryLock("trylock_page");
  unless(go, putBack, "a locked page");
  const free = (label: string) => k.step(label, "frees the page", () => putbackLruPage(k, context, page));
  if (machine.uses("madvise_free")) {
    const lazyfree = k.register("lazyfree", bool);
    // For a page that is off its list, only reclaim changes this.
    k.step("PageSwapBacked", "checks whether MADV_FREE has marked the page", () =>
      sayWhether(k, lazyfree, machine.lazyfree(page), [
        ["finds", page, "marked by MADV_FREE"],
        ["finds", page, "not marked by MADV_FREE"],
      ]),
    );
    k.if(lazyfree, () => {
      // Up to v5.14 MADV_FREE marks no other folio as a whole.
      if (machine.vmas.some(({ pmdMappable }) => pmdMappable) && !machine.has("lazyfree-folio-stays-large")) {
        k.step("PageTransHuge of a lazyfree page", "checks whether the page is in a large folio", () =>
          sayWhether(k, go, machine.largeFolio(page), [
            ["finds", page, "in a large folio: splits it first"],
            ["finds", page, "in no large folio"],
          ]),
        );
        k.if(
          go,
          () => k.set(go, k.call(splitFolio, { context, vma, va, page })),
          () => k.set(go, true),
        );
        unless(go, unlockAndPutBack, "a lazyfree folio");
      }
      unmapLazyfree(k, { context, vma, va, page }, go);
      unless(go, unlockAndKeep, "a lazyfree page");
      k.step("unlock_page of a lazyfree page", "unlocks the page", () => unlockPage(k, context, page));
      flushAtEnd("try_to_unmap_flush of a lazyfree page");
      free("free_unref_page of a lazyfree page");
      k.return();
    });
  }
  if (machine.pinners.length > 0 && machine.has("reclaim-skips-pinned")) {
    k.step("page_maybe_dma_pinned", "checks whether a page that is not in the swap cache is pinned", () => {
      k.set(go, or(eq(inSwapCache(machine, page), 1), not(maybeDmaPinned(machine, page))));
      k.if(
        go,
        () =>
          k.if(
            inSwapCache(machine, page),
            () => k.outcome("finds", page, "in the swap cache"),
            () => k.outcome("finds", page, "not pinned"),
          ),
        () => k.outcome("finds", page, "pinned: leaves it"),
      );
    });
    unless(go, unlockAndPutBack, "a pinned page");
  }
  if (vma.folio === 2) {
    const large = k.register("large", bool);
    k.step(
      "folio_test_large",
      "checks whether the page is in a large folio, which is split before it is swapped out",
      () =>
        sayWhether(k, large, machine.largeFolio(page), [
          ["finds", page, "in a large folio"],
          ["finds", page, "in no large folio"],
        ]),
    );
    k.set(go, not(large));
    // Without swap space reclaim does not look for such folios at all.
    if (machine.swapSlots > 0) k.if(large, () => k.set(go, k.call(splitFolio, { context, vma, va, page })));
    unless(go, unlockAndPutBack, "a large folio");
  }
  k.step("add_to_swap", "puts the page into the swap cache, dirty, unless it is there already", () => {
    k.set(go, true);
    k.if(
      inSwapCache(machine, page),
      () => {
        k.outcome("finds", page, "in the swap cache already");
        readSlot(k, machine, page, slot);
      },
      () => takeSlot(k, context, { page, slot, go }),
    );
  });
  if (machine.swapSlots === 0) return unlockAndPutBack("without a slot");
  unless(go, unlockAndPutBack, "without a slot");
  k.step("page_mapped", "checks whether the page is mapped", () =>
    sayWhether(k, go, ne(mapcount(page), 0), [
      ["finds", page, "mapped"],
      ["finds", page, "not mapped"],
    ]),
  );
  k.if(go, () => k.call(tryToUnmap, { context, vma, va, page, slot }));
  k.step("PageDirty", "checks whether the page has to be written", () =>
    sayWhether(k, dirty, pageDirty(page), [
      ["finds", page, "dirty: has to write it"],
      ["finds", page, "clean"],
    ]),
  );
  k.if(dirty, () => {
    if (machine.has("reclaim-flushes-before-writing"))
      k.step("try_to_unmap_flush_dirty", "flushes the CPUs' TLBs, whose translations may still be writable", flush);
    k.step("is_page_cache_freeable", "checks whether anything else refers to the page", () =>
      sayWhether(k, go, and(eq(mapcount(page), 0), eq(refcount(page), 2)), [
        ["finds that nothing else refers to", page],
        ["finds", page, "in use: leaves it"],
      ]),
    );
    unless(go, unlockAndKeep, "a page in use");
    k.step("clear_page_dirty_for_io", "clears the dirty flag", () => k.set(pageDirty(page), false));
    k.step("swap_writepage", "writes the page into its slot", () => {
      markNewer(k, machine, page, false);
      outdateReads(k, machine, slot);
    });
    k.step("unlock_page after writing", "unlocks the page", () => unlockPage(k, context, page));
    k.step("trylock_page after writing", "takes the page lock if it is free and the page has been written", () => {
      k.set(go, true);
      const atOnce = () => tryLockPage(k, context, page, () => k.set(go, false));
      if (machine.synchronousSwap) return atOnce();
      k.choose({
        "written at once": atOnce,
        "under writeback": () => {
          k.outcome("finds", page, "under writeback: leaves it");
          k.set(go, false);
        },
      });
    });
    unless(go, keep, "after writing");
  });
  k.step(
    "__remove_mapping",
    "takes the page out of the swap cache if it is clean and nothing else refers to it",
    () => {
      const unused = eq(refcount(page), 2);
      const may = and(inSwapCache(machine, page), machine.has("reclaim-checks-references") ? unused : true);
      // The kernel freezes the count before it reads the flag, so that no other holder can still set the flag.
      k.set(go, and(may, not(pageDirty(page))));
      k.if(not(may), () =>
        k.if(
          inSwapCache(machine, page),
          () => k.outcome("finds", page, "in use: leaves it"),
          () => k.outcome("finds", page, "no longer in the swap cache: leaves it"),
        ),
      );
      k.if(and(may, pageDirty(page)), () => k.outcome("finds", page, "dirty again: leaves it"));
      k.if(go, () => {
        k.outcome("takes", page, "out of the swap cache");
        k.assert(unused, "bad page state: nonzero _refcount at free");
        k.emit("page_reclaimed", { page, swapped: ne(machine.swapCount(slot), 0) });
        deleteFromSwapCache(k, context, page);
      });
    },
  );
  unless(go, unlockAndKeep, "a page used again");
  k.step("unlock_page", "unlocks the page", () => unlockPage(k, context, page));
  flushAtEnd("try_to_unmap_flush");
  free("free_unref_page");
});

/** get_swap_page() and add_to_swap_cache(), for any free slot. */
function takeSlot(
  k: Recorder,
  context: Context,
  { page, slot, go }: { readonly page: Expr; readonly slot: Expr; readonly go: Expr },
): void {
  const { machine } = context;
  const isFree = (number: number) =>
    and(eq(machine.swapCache(number), 0), eq(machine.swapCount(number), 0), not(machine.slotClaimed(number)));
  const take = (number: number) => () => {
    k.await(isFree(number));
    k.outcome("puts", page, `into the swap cache for slot ${number}`);
    k.set(slot, number);
    addToSwapCache(k, context, page, number);
    k.set(machine.pageDirty(page), true);
  };
  k.choose({
    ...Object.fromEntries(slotsOf(machine).map((number) => [`slot ${number}`, take(number)])),
    "no slot is free": () => {
      k.await(and(...slotsOf(machine).map((number) => not(isFree(number)))));
      k.outcome("finds no free slot: gives up");
      k.set(go, false);
    },
  });
}

interface UnmappedPage {
  readonly context: Context;
  readonly vma: Vma;
  readonly va: number;
  readonly page: Expr;
  readonly slot: Expr;
}

/** try_to_unmap(): replaces every mapping of the page by its swap entry. */
const tryToUnmap = procedure<UnmappedPage>("try_to_unmap", { file: "mm/rmap.c" }, (k, unmapped) => {
  rmapWalk(k, unmapped, {
    visit: (mm, place) => k.call(tryToUnmapOne, { ...unmapped, ...place, mm }),
    done: not(isMapped(unmapped.context.machine, unmapped.page)),
  });
});

/**
 * try_to_unmap_one() with TTU_BATCH_FLUSH: the flush is deferred until before the page is written or freed. A version
 * that flushes at once is covered, because a CPU may drop its translation early. False if the mapping has to stay: it
 * is in a locked VMA, the page is pinned, or there is no memory to count the entry for the slot.
 */
const tryToUnmapOne = procedure<UnmappedPage & { readonly mm: number }>(
  "try_to_unmap_one",
  { file: "mm/rmap.c", returns: bool },
  (k, { context, va, page, slot, mm }) => {
    const { machine } = context;
    const pte = machine.pte(mm, va);
    const pteval = k.register("pteval", machine.types.pte);
    const goesOn = k.register("goes_on", bool);
    const keep = () => k.set(goesOn, false);
    const notifies = machine.has("reclaim-notifies");
    k.set(goesOn, true);
    const replace = (old: Expr, { drop, back }: { readonly drop: () => void; readonly back: () => void }) => {
      const { rssAnon, rssSwap } = machine;
      const entry = makeWord(machine.types.pte, {
        kind: "swap",
        pfn: machine.noPage,
        slot,
        soft_dirty: field(old, "soft_dirty"),
        uffd_wp: field(old, "uffd_wp"),
        anon_exclusive: machine.anonExclusive(page),
      });
      const counted = () => {
        k.set(pte, entry);
        setAnonExclusive(k, machine, page, false);
        removeMapping(k, machine, page);
        takeFromRss(k, rssAnon(mm));
        addToRss(k, rssSwap(mm));
        drop();
      };
      swapDuplicate(k, machine, slot, { counted, failed: back });
    };
    if (notifies) k.call(invalidateRangeStart, { context, event: "CLEAR", mm, first: va, count: 1 });
    k.step(
      "page_vma_mapped_walk",
      "passes over an entry that looks empty without the PTL; takes the PTL, clears a present entry of the page, replaces an exclusive one",
      () => {
        awaitMapPte(k, context, { mm, va });
        useVma(k, context, mm, va);
        const mapped = and(mayMap(pte), eq(pfn(pte), page));
        const found = unlessLocked(k, machine, { mm, va, page }, mapped);
        k.set(goesOn, or(found, not(mapped)));
        // An exclusive entry has no dirty bit to take over. The page was marked dirty when it was given to the device.
        const drop = () => {
          k.outcome("replaces the exclusive entry by a swap entry");
          dropReference(k, context, page);
        };
        const back = () => {
          k.outcome("gets no page for the count of the swap slot: leaves the exclusive entry");
          keep();
        };
        const replaceExclusive = () => replace(pte, { drop, back });
        const entry = { context, mm, va, page, pteval };
        clearFoundEntry(k, entry, { found, walker: "try_to_unmap_one", replaceExclusive, keep });
        k.if(isPresent(pteval), () => putOffFlush(k, machine, mm));
      },
    );
    k.if(isPresent(pteval), () => {
      k.step(
        "set the swap entry",
        "writes the swap entry, drops the mapping and its reference, unlocks the PTL",
        () => {
          if (machine.has("reclaim-transfers-dirty"))
            k.if(field(pteval, "dirty"), () => k.set(machine.pageDirty(page), true));
          const back = (why: string) => () => {
            k.outcome(why, ": puts the entry back");
            k.set(pte, pteval);
            letGo(k, context, page);
            keep();
          };
          const drop = () => {
            k.outcome("writes the swap entry and drops the mapping of", page);
            putPage(k, context, page);
          };
          const withoutCount = back("gets no page for the count of the swap slot");
          unlessPinned(
            k,
            machine,
            page,
            () => replace(pteval, { drop, back: withoutCount }),
            back("finds the page pinned"),
          );
          k.outcome("drops the PTL");
          releasePtl(k, context, mm);
        },
      );
    });
    if (notifies) k.call(invalidateRangeEnd, { context, mm });
    k.return(goesOn);
  },
);

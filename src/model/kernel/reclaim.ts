/** Swapping out a page and freeing it (mm/vmscan.c shrink_page_list). */

import { add, and, constant, type Expr, eq, not, or } from "../../ir/expression.ts";
import { procedure } from "../../ir/recorder.ts";
import { bool, int } from "../../ir/types.ts";
import type { RangeOperation } from "../machine/context.ts";
import { tryToUnmapFlush } from "./batched-flush.ts";
import { unmapLazyfree } from "./lazyfree.ts";
import { isolateLruPage, putbackLruPage } from "./lru.ts";
import { tryLockPage, unlockPage } from "./page.ts";
import { maybeDmaPinned } from "./pinned.ts";
import { isMapped } from "./reverse-map.ts";
import { sayWhether } from "./say-whether.ts";
import { splitFolio } from "./split-folio.ts";
import { deleteFromSwapCache, markFolioNewer, mayFreeSwap, readSlot, takeSlot, tryToFreeSwap } from "./swap-cache.ts";
import { outdateReads } from "./swap-in-uncached.ts";
import { splitOrSwapOut } from "./swap-out-folio.ts";
import { inSwapCache, isSwapped, nrPages, otherSlot } from "./swap-slots.ts";
import { tryToUnmap } from "./try-to-unmap.ts";

/**
 * shrink_page_list() for the page that is mapped at the address, until the page is freed. The page is written under the
 * page lock. It is a choice whether reclaim then frees the page, as with zram, or leaves it in the swap cache because it
 * is still being written, as with a disk. Reclaim gives up if the page is locked, no slot is free, or something else
 * refers to the page.
 */
export const shrinkPageList = procedure<RangeOperation>("shrink_page_list", { file: "mm/vmscan.c" }, (k, operation) => {
  const { context, vma, first: va } = operation;
  const { machine } = context;
  const { refcount, pageDirty } = machine;
  const page = k.register("page", machine.types.page);
  const slot = k.register("slot", int(0, Math.max(0, machine.swapSlots - 1)));
  const go = k.register("go", bool);
  // The references that reclaim and the swap cache have.
  const own = add(nrPages(machine, page), 1);
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
  /**
   * activate_locked: the page leaves the swap cache if it is locked into memory, or if swap is so full that reclaim gives
   * slots up (mem_cgroup_swap_full), which is a choice.
   */
  const activate = (label: string) => {
    k.step(`activate_locked ${label}`, "gives up the slot if it may, and unlocks the page", () => {
      if (machine.swapSlots > 0) {
        const free = () => tryToFreeSwap(k, context, page);
        k.if(mayFreeSwap(machine, page), () =>
          k.if(machine.pageMlocked(page), free, () => k.choose({ "swap has room": () => {}, "swap is full": free })),
        );
      }
      unlockPage(k, context, page);
    });
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
  if (machine.uses("mlock")) {
    k.step("page_evictable", "checks whether the page is marked as locked into memory", () =>
      sayWhether(k, go, not(machine.pageMlocked(page)), [
        ["finds", page, "not locked into memory"],
        ["finds", page, "locked into memory: leaves it"],
      ]),
    );
    unless(
      go,
      (label) => {
        activate(label);
        putBack(label);
      },
      "an mlocked page",
    );
  }
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
  const whole = vma.folio === 2 ? k.register("whole", bool) : constant(0, bool);
  if (vma.folio === 2) {
    splitOrSwapOut(k, { context, vma, va, page, slot }, { go, whole });
    unless(go, unlockAndPutBack, "a large folio");
  }
  k.if(not(whole), () =>
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
    }),
  );
  if (machine.swapSlots === 0) return unlockAndPutBack("without a slot");
  unless(go, unlockAndPutBack, "without a slot");
  k.step("page_mapped", "checks whether the page is mapped", () =>
    sayWhether(k, go, isMapped(machine, page), [
      ["finds", page, "mapped"],
      ["finds", page, "not mapped"],
    ]),
  );
  k.if(go, () => k.call(tryToUnmap, { context, vma, va, page, slot, large: whole }));
  // Under the page lock an unmapped page stays unmapped, so both looks can be one step.
  k.step("PageDirty", "checks whether the page is still mapped, and whether it has to be written", () => {
    k.set(dirty, pageDirty(page));
    k.set(go, not(isMapped(machine, page)));
    k.if(
      go,
      () =>
        k.if(
          dirty,
          () => k.outcome("finds", page, "dirty: has to write it"),
          () => k.outcome("finds", page, "clean"),
        ),
      () => k.outcome("finds", page, "still mapped: leaves it"),
    );
  });
  unless(
    go,
    (label) => {
      activate(label);
      keep(label);
    },
    "a mapped page",
  );
  k.if(dirty, () => {
    if (machine.has("reclaim-flushes-before-writing"))
      k.step("try_to_unmap_flush_dirty", "flushes the CPUs' TLBs, whose translations may still be writable", flush);
    k.step("is_page_cache_freeable", "checks whether anything else refers to the page", () =>
      sayWhether(k, go, eq(refcount(page), own), [
        ["finds that nothing else refers to", page],
        ["finds", page, "in use: leaves it"],
      ]),
    );
    unless(go, unlockAndKeep, "a page in use");
    k.step("clear_page_dirty_for_io", "clears the dirty flag", () => k.set(pageDirty(page), false));
    k.step("swap_writepage", "writes the page into its slot", () => {
      markFolioNewer(k, machine, page, false);
      outdateReads(k, machine, slot);
      k.if(whole, () => outdateReads(k, machine, otherSlot(slot)));
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
      const unused = eq(refcount(page), own);
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
        k.emit("page_reclaimed", { page, swapped: isSwapped(machine, page) });
        deleteFromSwapCache(k, context, page);
      });
    },
  );
  unless(go, unlockAndKeep, "a page used again");
  k.step("unlock_page", "unlocks the page", () => unlockPage(k, context, page));
  flushAtEnd("try_to_unmap_flush");
  free("free_unref_page");
});

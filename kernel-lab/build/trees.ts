/**
 * Debian's kernels in terms of the model: for each tree the row it comes closest to, and the features by which it
 * differs. Stable releases carry corrections of later ones, so no row is exactly one of these trees.
 *
 * Every feature of the model was looked up in both trees. A feature that is not listed is as the row has it.
 */
import type { FeatureName } from "../../src/model/features/catalogue.ts";
import type { KernelVersion } from "../../src/model/versions/rows.ts";

/** Named after the Debian package with the source: linux-source-6.12. */
export const treeNames = ["6.1", "6.12"] as const;
export type TreeName = (typeof treeNames)[number];

/** One feature by which a tree differs from its row, and where this was read. */
interface Difference {
  readonly feature: FeatureName;
  readonly where: string;
  readonly read: string;
}

export interface KernelTree {
  /** The release that was read. */
  readonly release: string;
  readonly row: KernelVersion;
  readonly with: readonly Difference[];
  readonly without: readonly Difference[];
  /** Pins of the guest: what io_uring calls for a registered buffer, and whether mm/gup_test.c can hold a pin. */
  readonly pins: { readonly byRing: "pin_user_pages" | "pin_user_pages_fast"; readonly tested: boolean };
  /** /proc/kpageflags has the flags of a large folio for each of its pages, and not those of its first page alone. */
  readonly showsFolioFlags: boolean;
  /** What the tree does that no feature of the model expresses. */
  readonly inexpressible: readonly string[];
}

const zapWarnsByFolio: Difference = {
  feature: "zap-expects-anonymous-vma",
  where: "mm/memory.c, zap_pte_range",
  read: "warns only if the page is not anonymous, whatever the VMA maps",
};

const sparesMigratingPmd: Difference = {
  feature: "split-spares-migrating-pmd",
  where: "mm/huge_memory.c, __split_huge_pmd or split_huge_pmd_locked",
  read: "passes over a migration entry (pmd_migration): the backport of the correction of CVE-2025-37958",
};

const claimsSlot: Difference = {
  feature: "swap-in-claims-slot",
  where: "mm/memory.c, do_swap_page",
  read: "swapcache_prepare and swapcache_clear around a read past the swap cache: the backport of commit 13ddaf26be32 (CVE-2024-26759) in 6.1",
};

export const trees: Readonly<Record<TreeName, KernelTree>> = {
  "6.1": {
    release: "6.1.192",
    row: "v6.4",
    pins: { byRing: "pin_user_pages", tested: false },
    showsFolioFlags: false,
    with: [
      {
        feature: "mremap-clears-uffd-wp",
        where: "mm/mremap.c, move_ptes",
        read: "need_clear_uffd_wp: the backport of commit 0cef0bb836e3 (CVE-2025-21696)",
      },
      {
        feature: "migration-flushes-tlb",
        where: "mm/rmap.c, try_to_migrate_one",
        read: "ptep_clear_flush without a condition; should_defer_flush came later",
      },
      claimsSlot,
      sparesMigratingPmd,
    ],
    without: [
      zapWarnsByFolio,
      {
        feature: "per-vma-locks",
        where: "arch/x86/mm/fault.c, do_user_addr_fault",
        read: "takes the mmap lock; there is no lock_vma_under_rcu",
      },
      {
        feature: "migration-flushes-before-copying",
        where: "mm/migrate.c",
        read: "no call of try_to_unmap_flush, as no flush was deferred",
      },
      {
        feature: "protection-restores-clean",
        where: "mm/mprotect.c, can_change_pte_writable",
        read: "returns false unless pte_dirty",
      },
      {
        feature: "resolve-restores-write",
        where: "mm/userfaultfd.c, uffd_wp_range",
        read: "passes MM_CP_UFFD_WP_RESOLVE alone, without MM_CP_TRY_CHANGE_WRITABLE",
      },
      {
        feature: "pin-unshares-files",
        where: "include/linux/mm.h, gup_must_unshare",
        read: "returns false for a page that is not anonymous; it does not know FOLL_LONGTERM",
      },
      {
        feature: "uffd-wp-unpopulated",
        where: "mm/mprotect.c, change_pte_range",
        read: "leaves markers in VMAs of files only; there is no UFFD_FEATURE_WP_UNPOPULATED",
      },
      {
        feature: "fast-pin-drops-mmap-lock",
        where: "mm/gup.c, __gup_longterm_unlocked",
        read: "for FOLL_LONGTERM takes the mmap lock and passes no `locked`",
      },
      {
        feature: "madvise-free-counts-folio",
        where: "mm/madvise.c, madvise_free_pte_range",
        read: "asks for page_mapcount, not yet for folio_mapcount",
      },
      {
        feature: "split-keeps-dirty",
        where: "mm/huge_memory.c, __split_huge_pmd_locked",
        read: "no pte_mkdirty, because of sparc64",
      },
      {
        feature: "collapse-survives-errors",
        where: "mm/khugepaged.c, __collapse_huge_page_copy",
        read: "copy_user_highpage, and no SCAN_COPY_MC",
      },
    ],
    inexpressible: [
      "change_huge_pmd never makes a PMD writable: can_change_pmd_writable, which the other releases of its row have, is missing. The next write does it. This comes up only if mprotect() restores write permission of memory that a PMD maps.",
    ],
  },
  "6.12": {
    release: "6.12.117",
    row: "v6.4",
    pins: { byRing: "pin_user_pages_fast", tested: true },
    showsFolioFlags: true,
    with: [
      {
        feature: "mremap-clears-uffd-wp",
        where: "mm/mremap.c, move_ptes",
        read: "need_clear_uffd_wp: the backport of commit 0cef0bb836e3 (CVE-2025-21696)",
      },
      {
        feature: "migration-keeps-soft-dirty",
        where: "mm/migrate.c, remove_migration_pte",
        read: "pte_clear_soft_dirty if the migration entry is not soft-dirty",
      },
      {
        feature: "swap-in-maps-writable",
        where: "mm/memory.c, do_swap_page",
        read: "pte_mkwrite for an exclusive page in a writable VMA, for reads too, unless uffd-wp or soft-dirty forbids it",
      },
      {
        feature: "uprobe-skips-exclusive",
        where: "kernel/events/uprobes.c, __replace_page",
        read: "starts over if the entry is not present",
      },
      {
        feature: "uffd-wp-async",
        where: "mm/memory.c, do_wp_page; fs/proc/task_mmu.c, do_pagemap_scan",
        read: "clears the mark and goes on if userfaultfd_wp_async; PAGEMAP_SCAN exists",
      },
      {
        feature: "uffd-move",
        where: "mm/userfaultfd.c, move_pages",
        read: "UFFDIO_MOVE exists",
      },
      {
        feature: "move-rechecks-swap-cache",
        where: "mm/userfaultfd.c, move_swap_pte",
        read: "compares src_folio->swap with the entry, and looks for SWAP_HAS_CACHE: the backport of commit 0ea148a79919 (CVE-2025-38242)",
      },
      {
        feature: "move-marks-soft-dirty",
        where: "mm/userfaultfd.c, move_present_pte and move_swap_pte",
        read: "pte_mksoft_dirty and pte_swp_mksoft_dirty",
      },
      {
        feature: "clear-refs-locks-vmas",
        where: "fs/proc/task_mmu.c, clear_refs_walk_ops",
        read: "PGWALK_WRLOCK: the walk marks each VMA",
      },
      {
        feature: "vma-lock-serves-all-faults",
        where: "mm/memory.c, lock_vma_under_rcu and do_swap_page",
        read: "takes the lock of any VMA, and refuses only device-private entries",
      },
      {
        feature: "vma-lock-only-tries-mmap-lock",
        where: "mm/memory.c, __vmf_anon_prepare",
        read: "mmap_read_trylock, and VM_FAULT_RETRY if that fails",
      },
      {
        feature: "madvise-free-keeps-folio-whole",
        where: "mm/madvise.c, madvise_free_pte_range",
        read: "madvise_folio_pte_batch: splits the folio only if the batch is smaller",
      },
      {
        feature: "madvise-free-flushes-batched-again",
        where: "mm/madvise.c, madvise_free_pte_range",
        read: "calls flush_tlb_batched_pending again after split_folio, when it has taken the lock again",
      },
      {
        feature: "split-maps-zero-page",
        where: "mm/migrate.c, remove_migration_pte",
        read: "try_to_map_unused_to_zeropage after a split (RMP_USE_SHARED_ZEROPAGE)",
      },
      {
        feature: "zero-page-keeps-bits",
        where: "mm/migrate.c, try_to_map_unused_to_zeropage",
        read: "pte_mksoft_dirty and pte_mkuffd_wp if the migration entry had the bits",
      },
      {
        feature: "split-spares-poisoned",
        where: "mm/migrate.c, try_to_map_unused_to_zeropage",
        read: "nothing is mapped if PageHWPoison",
      },
      {
        feature: "write-copies-large-folio",
        where: "mm/memory.c, wp_can_reuse_anon_folio",
        read: "returns false if folio_test_large",
      },
      {
        feature: "mlock-marks-folios",
        where: "mm/mlock.c, allow_mlock_munlock",
        read: "refuses only a large folio that is not mapped as a whole in the range",
      },
      {
        feature: "device-move-frees-swap",
        where: "mm/migrate_device.c, __migrate_device_pages",
        read: "folio_free_swap for a page that will move to a device",
      },
      {
        feature: "device-move-rereads-mapping",
        where: "mm/migrate_device.c, __migrate_device_pages",
        read: "reads folio_mapping again after folio_free_swap",
      },
      claimsSlot,
      sparesMigratingPmd,
      {
        feature: "migration-splits-partly-mapped",
        where: "mm/migrate.c, migrate_pages_batch",
        read: "try_split_folio for a folio on the deferred split list that has PG_partially_mapped",
      },
      {
        feature: "collect-awaits-moving-pmd",
        where: "mm/migrate_device.c, migrate_vma_collect_pmd",
        read: "goto again if pte_offset_map_lock finds no page table",
      },
      {
        feature: "migration-keeps-partly-mapped",
        where: "mm/migrate.c, migrate_folio_move",
        read: "deferred_split_folio of the new folio with src_partially_mapped",
      },
      {
        feature: "reclaim-swaps-out-folios",
        where: "mm/vmscan.c, shrink_folio_list",
        read: "add_to_swap for a large folio that is not marked as partly mapped; split_folio_to_list only if that fails",
      },
      {
        feature: "swap-in-maps-folios",
        where: "mm/memory.c, do_swap_page",
        read: "maps all pages of a large folio in the swap cache (swap_pte_batch, folio_add_anon_rmap_ptes)",
      },
    ],
    without: [
      zapWarnsByFolio,
      {
        feature: "restore-asserts-anon-exclusive",
        where: "mm/memory.c, restore_exclusive_pte",
        read: "the VM_BUG_ON_FOLIO asks whether a page that is not anonymous is exclusive, which never holds; since the change to folios, also in 6.14",
      },
      {
        feature: "swap-in-marks-locked",
        where: "mm/memory.c, do_swap_page",
        read: "maps a page that is not anonymous yet by folio_add_new_anon_rmap, which leaves the mark to folio_add_lru_vma; that is not called here",
      },
      {
        feature: "huge-migration-marks-mlocked",
        where: "mm/rmap.c, __folio_add_anon_rmap",
        read: "marks no large folio (folio_test_large)",
      },
    ],
    inexpressible: [
      "try_to_unmap_one replaces exclusive entries by swap entries and drops their mapping, although make_device_exclusive_range has dropped it before. try_to_migrate_one still takes them for present ones. The feature rmap-handles-exclusive stands for both. Neither should meet such an entry, because a page with one has no mapping left.",
      "fork() treats the pages of a large folio in batches.",
    ],
  },
};

/** The features of a tree in the form that `featuresOf` takes, next to its row. */
export function changesOf(tree: KernelTree): {
  readonly with: readonly FeatureName[];
  readonly without: readonly FeatureName[];
} {
  return {
    with: tree.with.map(({ feature }) => feature),
    without: tree.without.map(({ feature }) => feature),
  };
}

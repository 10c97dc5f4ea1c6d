/**
 * What differs between kernels, as named features. A row says what the feature is, where that is known from, and which
 * versions have it; `always` are parts of the protocol that every version has and a scenario can take away, to see what
 * they are there for.
 */

export const kernelVersions = ["v8", "v5.14", "v6.4", "v6.15"] as const;
export type KernelVersion = (typeof kernelVersions)[number];

export interface Feature {
  readonly name: string;
  readonly sentence: string;
  readonly source: string;
  readonly in: readonly KernelVersion[] | "always";
}

const v8 = "patch v8 5/8, 2021-04-07";
const merged = "commit b756a3b5e7ea (v5.14)";

export const features = [
  {
    name: "fork-waits-for-page-lock",
    sentence:
      "fork() drops its page-table locks and waits where an exclusive page is locked; otherwise it fails with ENOMEM.",
    source: `${v8}, copy_pte_range`,
    in: ["v8"],
  },
  {
    name: "fork-restores-lazily",
    sentence:
      "fork() restores an exclusive entry in lazy MMU mode, in which the write may be put off, and then reads the entry.",
    source: "mm/memory.c, copy_pte_range (arch_enter_lazy_mmu_mode): some architectures, Xen; not x86 by itself",
    in: [],
  },
  {
    name: "swap-in-sets-lock-blindly",
    sentence: "Swap-in sets the lock bit of its new page without looking whether somebody has the lock.",
    source: "__read_swap_cache_async (mm/swap_state.c), __SetPageLocked, later __folio_set_locked",
    in: "always",
  },
  {
    name: "new-page-stores-flags-whole",
    sentence:
      "Setting a flag of a new page loads the word of its flags and stores it as a whole, so that what happened to the lock bit in between is lost; otherwise the flag is set atomically.",
    source:
      "do_anonymous_page, wp_page_copy, do_cow_fault and copy_present_page (mm/memory.c), __replace_page (kernel/events/uprobes.c) of 5.14 to 6.18: __SetPageUptodate, __folio_mark_uptodate",
    in: "always",
  },
  {
    name: "fork-only-tries-page-lock",
    sentence: "fork() never waits for a page lock while it holds page-table locks.",
    source: "try_restore_exclusive_pte and copy_nonpresent_pte, commit b756a3b5e7ea (v5.14)",
    in: "always",
  },
  {
    name: "restore-notifies-clear",
    sentence:
      "A fault that restores an exclusive entry announces MMU_NOTIFY_CLEAR; otherwise MMU_NOTIFY_EXCLUSIVE without an owner.",
    source: `${v8}, remove_device_exclusive_entry; EXCLUSIVE in 5.14 to 6.14, CLEAR again since commit 720ba85040a6 (v6.15)`,
    in: ["v8", "v6.15"],
  },
  {
    name: "fault-takes-page-reference",
    sentence:
      "A fault on an exclusive entry takes a reference before it locks the page, and gives up where there is none to take.",
    source: "commit 7c7b962938dd (v6.4, 6.1.y)",
    in: ["v6.4", "v6.15"],
  },
  {
    name: "anon-exclusive",
    sentence:
      "Pages know whether they are one mapping's alone (PG_anon_exclusive); copy on write goes by that, not by the reference count.",
    source: "commit 6c287605fd56 (v5.19)",
    in: ["v6.4", "v6.15"],
  },
  {
    name: "restore-asserts-anon-exclusive",
    sentence: "Restoring an entry as writable asserts that the page is anonymous and one mapping's alone.",
    source: "Linux 6.1 mm/memory.c, restore_exclusive_pte (VM_BUG_ON)",
    in: ["v6.4"],
  },
  {
    name: "make-walks-one-entry",
    sentence:
      "Making a page exclusive waits for its lock, changes the one entry asked for, and starts over if that is not the page's any more; otherwise it tries the lock and changes every mapping of the page by the reverse map.",
    source: "commits 599b684a7854, 438354724f69, b8932ca8b924 (v6.15)",
    in: ["v6.15"],
  },
  {
    name: "entries-keep-mapcount",
    sentence: "An exclusive entry counts as a mapping of its page.",
    source: "commit f495bd7e0d9b (v6.15)",
    in: ["v6.15"],
  },
  {
    name: "restore-recomputes-write",
    sentence:
      "There is one kind of exclusive entry, and restoring it asks VMA and page whether it may be writable; otherwise the entry itself says whether it was.",
    source: "commits 9a914592140e, c25465eb7630 (v6.15)",
    in: ["v6.15"],
  },
  {
    name: "protection-demotes-exclusive",
    sentence:
      "mprotect() and UFFDIO_WRITEPROTECT make every writable exclusive entry a readable one, also where they give permission.",
    source: `${v8}; Linux 5.14, 6.1, 6.4 and 6.14, change_pte_range; gone with c25465eb7630 (v6.15)`,
    in: ["v8", "v5.14", "v6.4"],
  },
  {
    name: "protection-demotes-migration",
    sentence:
      "mprotect() and UFFDIO_WRITEPROTECT make every writable migration entry a readable one, also where they give permission.",
    source: "Linux 5.14, 6.1, 6.4, 6.14, 6.18 and 7.0 mm/mprotect.c, change_pte_range",
    in: "always",
  },
  {
    name: "mprotect-needs-change",
    sentence: "mprotect() that changes no permission returns at once, and tells no device.",
    source: "Linux 5.14, 6.1, 6.4, 6.14 and 7.0 mm/mprotect.c, mprotect_fixup (newflags == oldflags)",
    in: "always",
  },
  {
    name: "mprotect-populates-locked",
    sentence:
      "mprotect() that makes a locked VMA writable faults its pages in, as writes do, before it lets go of the mmap lock.",
    source: "Linux 5.14, 6.1, 6.4, 6.14 and 7.0 mm/mprotect.c, mprotect_fixup (populate_vma_page_range)",
    in: "always",
  },
  {
    name: "mlock-populates-read-only",
    sentence:
      "mlock() of a VMA that is read-only at that moment faults its pages in, as reads do; otherwise it leaves them.",
    source: "Linux 5.14, 6.1, 6.4, 6.14 and 7.0 mm/gup.c, populate_vma_page_range (FOLL_WRITE)",
    in: "always",
  },
  {
    name: "mprotect-flushes-tlb",
    sentence: "Changing the protection of entries flushes the CPUs' TLBs before it ends.",
    source: "mm/mprotect.c, change_protection_range (flush_tlb_range; since v5.18 mmu_gather)",
    in: "always",
  },
  {
    name: "protection-restores-write",
    sentence: "Giving write permission back makes entries writable at once where nothing speaks against it.",
    source: "Linux 6.1 mm/mprotect.c, can_change_pte_writable",
    in: ["v6.4", "v6.15"],
  },
  {
    name: "resolve-restores-write",
    sentence:
      "Resolving userfaultfd write protection makes entries writable at once where nothing speaks against it; otherwise it leaves that to the next write fault, and write-protects what it finds writable.",
    source:
      "Linux 6.4 and 6.14 mm/userfaultfd.c, uffd_wp_range (MM_CP_TRY_CHANGE_WRITABLE), since v6.3; not in 6.1. Before, pte_modify() in change_pte_range",
    in: ["v6.4", "v6.15"],
  },
  {
    name: "protection-flushes-by-gather",
    sentence:
      "mprotect() and userfaultfd flush the CPUs' TLBs only if a present entry's permission changed, or if others have yet to flush; otherwise if any entry changed.",
    source:
      "mm/mprotect.c of 6.1, 6.4, 6.14 and 6.18, change_pte_range (pte_needs_flush, tlb_flush_pte_range), mm/mmu_gather.c, tlb_finish_mmu (mm_tlb_flush_nested); in 5.14 change_protection_range (pages)",
    in: ["v6.4", "v6.15"],
  },
  {
    name: "wp-fault-flushes-pending",
    sentence:
      "A write fault in a VMA with userfaultfd flushes the page from the CPUs' TLBs before it is copied, if a change of protection has yet to be flushed (mm_tlb_flush_pending).",
    source: "commit 6ce64428d620 (v5.12), do_wp_page of 5.14, 6.1, 6.4, 6.14 and 6.18",
    in: "always",
  },
  {
    name: "conversion-keeps-uffd-wp",
    sentence:
      "Making an entry exclusive keeps userfaultfd write protection; later only writable entries are made exclusive.",
    source: `${v8}, try_to_protect_one; gone in v6.15`,
    in: ["v8", "v5.14", "v6.4"],
  },
  {
    name: "restore-notifies",
    sentence: "A fault that restores an exclusive entry invalidates the devices' mappings first.",
    source: `${v8}, remove_device_exclusive_entry`,
    in: "always",
  },
  {
    name: "fault-locks-page",
    sentence: "A fault on an exclusive entry holds the page lock while it restores the entry.",
    source: `${v8}, remove_device_exclusive_entry`,
    in: "always",
  },
  {
    name: "fault-rechecks-entry",
    sentence: "A fault on an exclusive entry restores the page only if the entry is still the one it saw.",
    source: `${v8}, remove_device_exclusive_entry`,
    in: "always",
  },
  {
    name: "restore-adds-mapcount",
    sentence: "Restoring an entry adds the mapping that making it exclusive took away.",
    source: `${v8}, restore_exclusive_pte; gone with f495bd7e0d9b (v6.15)`,
    in: ["v8", "v5.14", "v6.4"],
  },
  {
    name: "restore-marks-mlocked",
    sentence: "Restoring an entry marks the page as locked into memory, if its VMA is.",
    source: `${v8}, restore_exclusive_pte (mlock_vma_page); gone with f495bd7e0d9b (v6.15)`,
    in: ["v8", "v5.14", "v6.4"],
  },
  {
    name: "reclaim-spares-locked",
    sentence: "Reclaim does not unmap the pages of a locked VMA, and marks those that were missed.",
    source: "mm/rmap.c, try_to_unmap_one (VM_LOCKED)",
    in: "always",
  },
  {
    name: "restore-keeps-uffd-wp",
    sentence: "Restoring an entry keeps userfaultfd write protection.",
    source: `${v8}, restore_exclusive_pte`,
    in: "always",
  },
  {
    name: "conversion-flushes-tlb",
    sentence:
      "Making an entry exclusive flushes the CPUs' TLBs between clearing the old entry and writing the new one.",
    source: `${v8}, try_to_protect_one (ptep_clear_flush)`,
    in: "always",
  },
  {
    name: "conversion-keeps-reference",
    sentence: "An exclusive entry holds a reference to its page.",
    source: `${v8}, try_to_protect_one (get_page)`,
    in: "always",
  },
  {
    name: "conversion-keeps-soft-dirty",
    sentence: "Making an entry exclusive keeps its soft-dirty bit.",
    source: `${v8}, try_to_protect_one`,
    in: "always",
  },
  {
    name: "make-checks-gup-error",
    sentence:
      "An error from get_user_pages is seen as one; v8 keeps it in an unsigned number and takes it for a count.",
    source: `${v8}, make_device_exclusive_range; corrected in ${merged}`,
    in: ["v5.14", "v6.4", "v6.15"],
  },
  {
    name: "walk-looks-without-ptl",
    sentence:
      "Walks of a page's mappings (making it exclusive up to v6.14, reclaim, migration, KSM, uprobes) look at an entry before they take the page-table lock, and pass over one that is empty only until it is written again.",
    source:
      "mm/page_vma_mapped.c, map_pte (without PVMW_SYNC), read in 5.14, 6.4 and 6.14; none of these walks asks for it",
    in: "always",
  },
  {
    name: "walk-ends-early",
    sentence:
      "A walk of the reverse map that unmaps a page ends when no mapping of it is left, or at the first that has to stay; otherwise it visits, and announces to the devices of, every VMA in which the page could be.",
    source: "mm/rmap.c, rmap_walk_anon (rmap_one, done), read in 5.14, 6.4 and 6.14",
    in: "always",
  },
  {
    name: "rmap-takes-exclusive-for-migration",
    sentence:
      "A walk that looks for migration entries stops at exclusive ones as well, so that taking a migration back maps the page there.",
    source: `${v8}, check_pte (PVMW_MIGRATION); gone with 7b2e497a42cd (v6.15)`,
    in: ["v8", "v5.14", "v6.4"],
  },
  {
    name: "put-back-maps-exclusive-read-only",
    sentence:
      "Taking a migration back makes a mapping writable only if a writable migration entry stood there, so the page of an exclusive entry is mapped read-only. Without this the entry's own write bit decides.",
    source: "remove_migration_pte of Linux 5.14, 6.1, 6.4 and 6.14 (is_writable_migration_entry)",
    in: "always",
  },
  {
    name: "rmap-handles-exclusive",
    sentence: "Moving a page and reclaiming it replace exclusive entries; otherwise such a page counts as not mapped.",
    source: "commits 65529295607f, bf983108be0e (v6.15)",
    in: ["v6.15"],
  },
  {
    name: "migration-flushes-tlb",
    sentence:
      "Replacing a mapping by a migration entry flushes the CPUs' TLBs at once; otherwise that is put off (TTU_BATCH_FLUSH).",
    source:
      "mm/rmap.c of 6.1, try_to_migrate_one (ptep_clear_flush); in 6.4, 6.14 and 6.18 should_defer_flush, which migrate_folio_unmap (mm/migrate.c) asks for unless it may sleep",
    in: ["v8", "v5.14"],
  },
  {
    name: "migration-flushes-before-copying",
    sentence: "Migration makes up for the flushes that it has put off before it copies the page.",
    source: "mm/migrate.c of 6.4, 6.14 and 6.18, migrate_pages_batch (try_to_unmap_flush)",
    in: ["v6.4", "v6.15"],
  },
  {
    name: "migration-notifies",
    sentence: "Replacing a mapping by a migration entry invalidates the devices' mappings first.",
    source: "mm/rmap.c, try_to_migrate_one (mmu_notifier_invalidate_range_start)",
    in: "always",
  },
  {
    name: "migration-checks-references",
    sentence: "A page is moved only if nobody refers to it but the migration and the swap cache.",
    source: "mm/migrate.c, folio_migrate_mapping",
    in: "always",
  },
  {
    name: "migration-rechecks-entry",
    sentence: "The page is mapped again only where its migration entry still stands.",
    source: "mm/migrate.c, remove_migration_pte (page_vma_mapped_walk)",
    in: "always",
  },
  {
    name: "migration-keeps-dirty",
    sentence: "Migration entries remember whether the mapping was dirty, and young.",
    source: "commit 2e3468778dbe (v6.1)",
    in: ["v6.4", "v6.15"],
  },
  {
    name: "migration-keeps-soft-dirty",
    sentence:
      "A moved page is soft-dirty where its migration entry is, and nowhere else; otherwise x86 marks a dirty one as soft-dirty, too.",
    source: "Linux 6.12.117, 6.14 and 6.18 mm/migrate.c, remove_migration_pte (pte_clear_soft_dirty); not in 6.5",
    in: ["v6.15"],
  },
  {
    name: "conversion-transfers-dirty",
    sentence: "Making an entry exclusive passes its dirty bit on to the page.",
    source: `${v8}, try_to_protect_one (set_page_dirty)`,
    in: "always",
  },
  {
    name: "gup-dirties-page",
    sentence: "Getting a page to write to it makes the page dirty, if its entry is not (FOLL_TOUCH).",
    source: "mm/gup.c, follow_page_pte",
    in: "always",
  },
  {
    name: "reclaim-notifies",
    sentence: "Swapping a page out invalidates the devices' mappings first.",
    source: "mm/rmap.c, try_to_unmap_one (mmu_notifier_invalidate_range_start)",
    in: "always",
  },
  {
    name: "reclaim-transfers-dirty",
    sentence: "Swapping a page out passes the mapping's dirty bit on to the page.",
    source: "mm/rmap.c, try_to_unmap_one (set_page_dirty)",
    in: "always",
  },
  {
    name: "reclaim-flushes-before-writing",
    sentence: "Reclaim flushes the CPUs' TLBs before it writes a page.",
    source: "mm/vmscan.c, shrink_page_list (try_to_unmap_flush_dirty)",
    in: "always",
  },
  {
    name: "reclaim-flushes-before-freeing",
    sentence: "Reclaim flushes the CPUs' TLBs before it frees a page.",
    source: "mm/vmscan.c, shrink_page_list (try_to_unmap_flush)",
    in: "always",
  },
  {
    name: "reclaim-checks-references",
    sentence: "Reclaim frees a page only if nobody refers to it but reclaim and the swap cache.",
    source: "mm/vmscan.c, __remove_mapping (page_ref_freeze)",
    in: "always",
  },
  {
    name: "swap-in-rechecks-cache",
    sentence: "A fault on a swap entry looks, once it has the page lock, whether the page is still the slot's.",
    source: "mm/memory.c, do_swap_page (PageSwapCache, page_private)",
    in: "always",
  },
  {
    name: "swap-in-rechecks-entry",
    sentence: "A fault on a swap entry maps the page only if the entry is still the one that it saw.",
    source: "mm/memory.c, do_swap_page (pte_same)",
    in: "always",
  },
  {
    name: "swap-in-unlocks-under-ptl",
    sentence: "A fault on a swap entry unlocks the page before the page-table lock.",
    source: "mm/memory.c, do_swap_page (unlock_page, pte_unmap_unlock)",
    in: "always",
  },
  {
    name: "swap-in-maps-writable",
    sentence:
      "Swapping a page in maps it writable on a read as well, if it is one mapping's alone and nothing tracks it.",
    source: "mm/memory.c, do_swap_page (between v6.4 and v6.12)",
    in: ["v6.15"],
  },
  {
    name: "fork-counts-swap-entry",
    sentence: "fork() counts the child's swap entry for its slot.",
    source: "mm/memory.c, copy_nonpresent_pte (swap_duplicate)",
    in: "always",
  },
  {
    name: "fork-clears-swap-exclusive",
    sentence: "fork() takes from a swap entry that the page was one mapping's alone.",
    source: "commit 1493a1913e34 (v5.19), copy_nonpresent_pte",
    in: ["v6.4", "v6.15"],
  },
  {
    name: "zap-flushes-batched",
    sentence: "Zapping flushes what reclaim or migration has put off (flush_tlb_batched_pending).",
    source: "mm/memory.c of 5.14, 6.1, 6.4, 6.14 and 6.18, zap_pte_range",
    in: "always",
  },
  {
    name: "protection-flushes-batched",
    sentence:
      "mprotect() and userfaultfd flush what reclaim or migration has put off (flush_tlb_batched_pending), whatever kind the entries are.",
    source: "mm/mprotect.c of 5.14, 6.1, 6.4, 6.14 and 6.18, change_pte_range",
    in: "always",
  },
  {
    name: "madvise-free-flushes-batched",
    sentence: "MADV_FREE flushes what reclaim or migration has put off (flush_tlb_batched_pending).",
    source: "mm/madvise.c of 5.14, 6.1, 6.4, 6.14 and 6.18, madvise_free_pte_range",
    in: "always",
  },
  {
    name: "mremap-flushes-batched",
    sentence: "Moving entries flushes what reclaim or migration has put off (flush_tlb_batched_pending).",
    source: "mm/mremap.c of 5.14, 6.1, 6.4, 6.14 and 6.18, move_ptes",
    in: "always",
  },
  {
    name: "make-rejects-tail-pages",
    sentence:
      "Making a page exclusive turns all but the first page of a large folio down before it tries the page lock. Without this, such a page fails only while the folio is locked: v5.14 looks then, and v8 finds no reverse map of its own.",
    source:
      "Linux 6.4 mm/rmap.c, make_device_exclusive_range (PageTail); 5.14 asks in page_make_device_exclusive, after trylock_page",
    in: ["v6.4"],
  },
  {
    name: "conversion-checks-address",
    sentence:
      "Making a page exclusive succeeds only if a writable mapping at the address asked for was among those changed.",
    source: `${v8}, try_to_protect (ttp.valid)`,
    in: ["v8", "v5.14", "v6.4"],
  },
  {
    name: "make-unlocks-on-failure",
    sentence: "A page that could not be made exclusive is unlocked and released.",
    source: `${v8}, make_device_exclusive_range`,
    in: "always",
  },
  {
    name: "nouveau-hears-of-release",
    sentence: "Nouveau's ordinary notifier takes everything from the device when the address space goes.",
    source: "no version: nouveau_mn_ops has no release, and mn_hlist_release forgets the notifier",
    in: [],
  },
  {
    name: "nonblock-failure-ends-invalidation",
    sentence:
      "A non-blocking start of an invalidation that an ordinary notifier refuses is ended, as where an interval notifier refuses.",
    source: "no version: mm/mmu_notifier.c, __mmu_notifier_invalidate_range_start",
    in: [],
  },
  {
    name: "restore-names-owner",
    sentence:
      "A fault that get_user_pages takes for a device's request announces that device as the owner of its EXCLUSIVE event, so that the device's driver ignores it.",
    source: "no version; a question of the review of v8",
    in: [],
  },
  {
    name: "zap-restores-exclusive",
    sentence: "Zapping an exclusive entry first restores it, under the page lock, as a fault does.",
    source: "no version; a question of the review of v10",
    in: [],
  },
  {
    name: "gup-splits-pmd",
    sentence:
      "get_user_pages for a device splits the mapping of a folio that is mapped as a whole (FOLL_SPLIT_PMD), which announces MMU_NOTIFY_CLEAR.",
    source: `${v8}, make_device_exclusive_range; mm/huge_memory.c, __split_huge_pmd, read in 5.14, 6.4 and 6.18`,
    in: "always",
  },
  {
    name: "driver-begins-before-make",
    sentence: "The driver begins reading its sequence number before it makes the page exclusive, not after.",
    source: "nouveau_atomic_range_fault, commit 8f187163eb89 (v5.14)",
    in: "always",
  },
  {
    name: "driver-maps-under-mutex",
    sentence: "The driver compares its sequence number and maps the page under the mutex that its notifier takes.",
    source: "nouveau_atomic_range_fault, commit 8f187163eb89 (v5.14)",
    in: "always",
  },
  {
    name: "driver-maps-before-unlock",
    sentence: "The driver keeps the page locked until the device has its mapping.",
    source: "nouveau_atomic_range_fault, dmirror_exclusive",
    in: "always",
  },
  {
    name: "driver-rechecks-sequence",
    sentence: "The driver programs the device only if no invalidation came since it began (mmu_interval_read_retry).",
    source: "nouveau_atomic_range_fault, commit 8f187163eb89 (v5.14)",
    in: "always",
  },
  {
    name: "driver-gives-up",
    sentence: "A driver that has to start over again and again gives up after a second.",
    source: "nouveau_atomic_range_fault and nouveau_range_fault, HMM_RANGE_DEFAULT_TIMEOUT",
    in: "always",
  },
  {
    name: "device-invalidation-waits",
    sentence: "Invalidating the device's TLB waits for the device's accesses under way.",
    source: "nouveau, PFNCLR method",
    in: "always",
  },
  {
    name: "zap-flushes-tlb",
    sentence: "Zapping flushes the CPUs' TLBs before the pages are freed.",
    source: `mm/memory.c, mmu_gather; ${merged}`,
    in: "always",
  },
  {
    name: "fatal-signal-ends-sleep",
    sentence:
      "A fatal signal, as exit sends it to the process's threads, ends a fault's wait for the page lock or for userspace.",
    source:
      "handle_userfault (userfaultfd_get_blocking_state), __lock_page_or_retry and fault_signal_pending of Linux 5.14, 6.4 and 6.14; make_device_exclusive (folio_lock_killable) of 6.18",
    in: "always",
  },
  {
    name: "zap-expects-anonymous-vma",
    sentence:
      "Zapping an exclusive entry warns where its VMA is that of a file, as if no copy of a file's page could be exclusive.",
    source:
      "commit 999dad824c39 (v5.19); zap_pte_range of Linux 6.4, zap_nonpresent_ptes of 6.14, 6.18 and 7.0; none in 5.14, and only for folios that are not anonymous in 6.1.192, 6.12.117 and 7.1",
    in: ["v6.4", "v6.15"],
  },
  {
    name: "truncate-takes-swap-entries",
    sentence:
      "Truncating a file takes private copies of its pages also where they are swapped out or being moved; before, their entries stayed.",
    source: "commit 5abfd71d936a (v5.18); zap_pte_range of Linux 5.14 (details) and 6.4 (should_zap_cows)",
    in: ["v6.4", "v6.15"],
  },
  {
    name: "munmap-downgrades",
    sentence:
      "munmap() takes the VMA out of the process's tree and then holds the mmap lock only for reading while it zaps; before v4.20 it held it for writing.",
    source:
      "commit dd2283f2605e (v4.20); __do_munmap of Linux 5.14, do_vmi_align_munmap of 6.4, vms_complete_munmap_vmas of 6.14 and 6.18",
    in: "always",
  },
  {
    name: "oom-reap-takes-locked",
    sentence: "The reaper of a process that is out of memory takes the pages of locked VMAs, too.",
    source: "commit a213e5cf71cb (v5.18); __oom_reap_task_mm of Linux 5.14 (can_madv_lru_vma) and 6.4",
    in: ["v6.4", "v6.15"],
  },
  {
    name: "zap-updates-rss",
    sentence: "Zapping an exclusive entry takes its page off the rss counter.",
    source: `${v8}, zap_pte_range`,
    in: "always",
  },
  {
    name: "mremap-notifies",
    sentence: "Moving a VMA invalidates the devices' mappings at its old addresses first.",
    source: "mm/mremap.c, move_page_tables (mmu_notifier_invalidate_range_start)",
    in: "always",
  },
  {
    name: "mremap-flushes-tlb",
    sentence: "Moving an entry flushes the CPUs' TLBs for its old address before the page-table lock is dropped.",
    source: "mm/mremap.c, move_ptes (force_flush); commit eb66ae030829 (v4.19)",
    in: "always",
  },
  {
    name: "mremap-marks-soft-dirty",
    sentence: "Moving an entry marks it soft-dirty.",
    source: "mm/mremap.c, move_soft_dirty_pte",
    in: "always",
  },
  {
    name: "rmap-finds-moving",
    sentence:
      "A walk of the reverse map comes by the VMA that is moved before the one that takes its place, or is kept out, so that under the page-table locks it cannot miss an entry that is just being moved.",
    source: "mm/mremap.c, move_ptes (need_rmap_locks)",
    in: "always",
  },
  {
    name: "mremap-clears-uffd-wp",
    sentence:
      "Moving an entry clears userfaultfd's bit, which means nothing at the new address; otherwise it stays there.",
    source:
      "commit 0cef0bb836e3 (v6.13; CVE-2025-21696): Linux 6.14 and 6.18 mm/mremap.c, move_ptes; not in 5.14 and 6.4, but in 6.1.192 and 6.12.117",
    in: ["v6.15"],
  },
  {
    name: "madvise-free-notifies",
    sentence: "MADV_FREE invalidates the devices' mappings first.",
    source: "mm/madvise.c, madvise_free_single_vma (mmu_notifier_invalidate_range_start)",
    in: "always",
  },
  {
    name: "madvise-free-flushes-tlb",
    sentence: "MADV_FREE flushes the CPUs' TLBs before it returns, so that the next write sets the dirty bit again.",
    source: "mm/madvise.c, madvise_free_pte_range (tlb_remove_tlb_entry)",
    in: "always",
  },
  {
    name: "madvise-free-spares-shared",
    sentence: "MADV_FREE does not clear the dirty flag of a page that others map as well.",
    source: "mm/madvise.c, madvise_free_pte_range (page_mapcount)",
    in: "always",
  },
  {
    name: "discard-checks-references",
    sentence: "Reclaim does not discard a page that MADV_FREE has marked while somebody refers to it.",
    source: "commit 6c8e2a256915 (v5.18), try_to_unmap_one",
    in: ["v6.4", "v6.15"],
  },
  {
    name: "reclaim-spares-redirtied",
    sentence: "Reclaim does not discard a page that was written to since MADV_FREE.",
    source: "mm/rmap.c, try_to_unmap_one (PageDirty, PageSwapBacked)",
    in: "always",
  },
  {
    name: "clear-refs-protects",
    sentence: "Clearing soft-dirty bits takes write permission from present entries, so that the next write faults.",
    source: "fs/proc/task_mmu.c, clear_soft_dirty",
    in: "always",
  },
  {
    name: "clear-refs-flushes-tlb",
    sentence: "Clearing soft-dirty bits flushes the CPUs' TLBs before it ends.",
    source: "fs/proc/task_mmu.c, clear_refs_write",
    in: "always",
  },
  {
    name: "ksm-skips-exclusive",
    sentence: "KSM gives up on an entry that is not present when it comes to write-protect it.",
    source: "Linux 6.15 mm/ksm.c, write_protect_page",
    in: ["v6.15"],
  },
  {
    name: "ksm-checks-references",
    sentence: "KSM merges a page only if nobody refers to it but its mappings, the swap cache and KSM.",
    source: "mm/ksm.c, write_protect_page (page_mapcount, page_count)",
    in: "always",
  },
  {
    name: "ksm-flushes-pending",
    sentence:
      "KSM flushes a page from the CPUs' TLBs although its entry is read-only, if a change of protection has yet to be flushed (mm_tlb_flush_pending).",
    source: "mm/ksm.c of 5.14, 6.1, 6.4, 6.14 and 6.18, write_protect_page",
    in: "always",
  },
  {
    name: "ksm-rechecks-entry",
    sentence: "KSM maps the other page only where the entry is still the one that it write-protected.",
    source: "mm/ksm.c, replace_page (pte_same)",
    in: "always",
  },
  {
    name: "uprobe-skips-exclusive",
    sentence: "Replacing a page for a uprobe starts over where the entry is not present.",
    source: "Linux 6.15 kernel/events/uprobes.c, __replace_page; also in 6.12 and 6.14 stable",
    in: ["v6.15"],
  },
  {
    name: "fork-copies-pinned",
    sentence: "fork() copies a page that may be pinned for DMA at once, and leaves the parent its own.",
    source: "commit 70e806e4e645 (v5.9), copy_present_page",
    in: "always",
  },
  {
    name: "reclaim-skips-pinned",
    sentence: "Reclaim puts no page into the swap cache that may be pinned for DMA.",
    source: "commit feb889fb40fa (v5.11), shrink_page_list",
    in: "always",
  },
  {
    name: "clear-refs-skips-pinned",
    sentence: "Clearing soft-dirty bits leaves present entries of pages alone that may be pinned for DMA.",
    source: "commit 9348b73c2e1b (v5.11), clear_soft_dirty",
    in: "always",
  },
  {
    name: "unmap-keeps-pinned",
    sentence:
      "A page that is one mapping's alone and may be pinned for DMA is not replaced by a swap or migration entry.",
    source: "commit 6c287605fd56 (v5.19), page_try_share_anon_rmap",
    in: ["v6.4", "v6.15"],
  },
  {
    name: "fork-clears-uffd-wp",
    sentence:
      "fork() clears userfaultfd's bit in the child's entries, where it means nothing; otherwise it stays there.",
    source: "commit 8f34f1eac382 (v5.14), copy_present_pte and copy_nonpresent_pte; before, the parent's VMA was asked",
    in: ["v5.14", "v6.4", "v6.15"],
  },
  {
    name: "fork-flushes-tlb",
    sentence: "fork() flushes the parent's TLB entries before the child can run.",
    source: "kernel/fork.c, dup_mmap (flush_tlb_mm)",
    in: "always",
  },
] as const satisfies readonly Feature[];

export type FeatureName = (typeof features)[number]["name"];
export type FeatureSet = ReadonlySet<FeatureName>;

/** The features of a kernel, with some added and some taken away. */
export function featuresOf(
  kernel: KernelVersion,
  changes: { readonly with: readonly FeatureName[]; readonly without: readonly FeatureName[] },
): FeatureSet {
  const rows: readonly (Feature & { readonly name: FeatureName })[] = features;
  const own = rows.filter((row) => row.in === "always" || row.in.includes(kernel)).map(({ name }) => name);
  return new Set([...own, ...changes.with].filter((name) => !changes.without.includes(name)));
}

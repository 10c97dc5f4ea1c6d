/**
 * Why no scenario notices that a line is missing, by the name of the line. "Neutral" means that the behaviour of the
 * model does not change. For all others, no property notices the change yet.
 */

const neverSeenHeld =
  "neutral: because of the mutex, each of its two critical sections in test_hmm is one step of the model. So no actor ever sees the mutex held.";
const mapsEitherWay =
  "neutral: the step reads nothing that an invalidation changes. Whether it maps the page between the two steps of an invalidation or after them, the device's page table and TLB end up the same.";
const failsBefore =
  "neutral: here a fault that has no memory checks whether another fault has mapped the page meanwhile. Without the check it fails nevertheless, as it would if it had checked before the page was mapped.";
const told =
  "neutral: exit_mmap() then zaps every VMA, and each zap starts an invalidation that calls the interval notifiers again.";
const flushedBefore = "neutral: an actor that reaches this step has already flushed before the page was written.";
const foundOut =
  "neutral: the page may change before KSM uses it, but KSM notices. If the page is free, it is no longer anonymous, and KSM leaves it. If it is mapped elsewhere, write_protect_page finds no entry of it under the PTL.";
const translatesAsBefore = "neutral: splitting leaves every translation as it is.";
const flushedAfterSplit = `${translatesAsBefore} An actor that changes an entry later flushes it.`;
const collapsesAlone =
  "neutral: the mmap lock and the lock of the VMA are held for writing, so no other actor takes the PTL of this address space.";
const lookedAtAgain =
  "neutral: the lock protects a page whose swap slot has no entry left. Any actor that takes the lock of such a page checks the swap cache, the mappings or the reference count again before it changes anything.";

export const lineReasons: Readonly<Record<string, string>> = {
  "dmirror_exclusive: dmirror_atomic_map - without taking driver_mutex": neverSeenHeld,
  "mmu_notifier_invalidate_range_start: DEVICE: dmirror_interval_invalidate - without taking driver_mutex":
    neverSeenHeld,
  "mmu_notifier_release: DEVICE: dmirror_interval_invalidate - without taking driver_mutex": neverSeenHeld,
  "dmirror_migrate_to_device: map on the device - without taking driver_mutex": neverSeenHeld,
  "driver_migrate_to_device: map on the device - without taking driver_mutex": mapsEitherWay,
  "nouveau_dmem_migrate_vma: map on the device - without taking driver_mutex": `${mapsEitherWay} A translation of the old page, which the device may still have then, is a violation with the mutex as well.`,
  "mmu_notifier_invalidate_range_start: DEVICE: second pass - without taking driver_mutex":
    "neutral: the second pass only drops translations. An actor that holds the mutex meanwhile runs an invalidation of its own, which waits for the flush and drops all translations again.",
  "mmu_notifier_release: DEVICE: dmirror_interval_invalidate - without clearing the device's page table": told,
  "mmu_notifier_release: DEVICE: dmirror_interval_invalidate - without flushing the device's TLB": told,
  "mmu_notifier_invalidate_range_start: interval callback for ACTOR - without taking driver_mutex":
    "neutral: because of the mutex, the callback is one step of the model, and so is the critical section that it could interrupt.",
  "shrink_page_list: try_to_unmap_flush a page in use - without flushing the CPUs' TLBs": flushedBefore,
  "wp_page_copy: put_page(old) - without taking page_lock": lookedAtAgain,
  "zap_page_range: free_pages_and_swap_cache VMA[i] - without taking page_lock": lookedAtAgain,
  "do_swap_page: back out - without taking ptl": failsBefore,
  "do_swap_page: back out - without rechecking the entry (pte_same)": failsBefore,
  "__mmput: check_mm - without dropping vma_lock":
    "neutral: in the model the exit marks no VMA, because no thread is left that could hold the lock of one.",
  "uprobe_write: mmap_write_unlock - without dropping vma_lock":
    "neutral: no VMA is marked. As in the kernel, uprobe_write() holds the mmap lock for writing, but does not call vma_start_write().",
  "get_user_pages_remote: follow_pmd_mask - without taking ptl":
    "neutral: the value read only decides whether to split the PMD. Splitting one that is already split or gone changes nothing.",
  "get_user_pages_remote: __split_huge_pmd_locked - without flushing the CPUs' TLBs": flushedAfterSplit,
  "copy_huge_pmd: __split_huge_pmd_locked - without flushing the CPUs' TLBs": flushedAfterSplit,
  "zap_page_range: __split_huge_pmd_locked - without flushing the CPUs' TLBs": flushedAfterSplit,
  "mwriteprotect_range: __split_huge_pmd_locked - without flushing the CPUs' TLBs": flushedAfterSplit,
  "uffd_wp_resolve: __split_huge_pmd_locked - without flushing the CPUs' TLBs": flushedAfterSplit,
  "pagemap_scan_thp_entry: __split_huge_pmd_locked - without flushing the CPUs' TLBs": flushedAfterSplit,
  "do_huge_pmd_wp_page: __split_huge_pmd_locked - without flushing the CPUs' TLBs": flushedAfterSplit,
  "move_page_tables: __split_huge_pmd_locked - without flushing the CPUs' TLBs": flushedAfterSplit,
  "unmap_huge_pmd_locked: flush_pmd_tlb_range - without flushing the CPUs' TLBs":
    "neutral: before reclaim frees a folio it flushes once more (try_to_unmap_flush), in the model also if no flush was deferred. Until then a CPU can only read there: a write needs a dirty PMD, and a dirty PMD is written again.",
  "unmap_huge_pmd_locked: page_vma_mapped_walk - without flushing the CPUs' TLBs": flushedAfterSplit,
  "unmap_huge_pmd_locked: folio_test_dirty - without flushing the CPUs' TLBs": flushedAfterSplit,
  "collapse_huge_page: hpage_collapse_scan_pmd - without taking page_lock":
    "neutral: the scan only lets the collapse give up earlier. A page that is still locked when the collapse takes the pages ends it then.",
  "collapse_huge_page: hpage_collapse_scan_pmd - without taking ptl":
    "neutral: what the scan sees may change as soon as it drops the lock. The entries are looked at again when the pages are taken.",
  "collapse_huge_page: pmdp_huge_get_and_clear - without taking ptl": collapsesAlone,
  "collapse_huge_page: pmd_populate - without taking ptl": collapsesAlone,
  "collapse_huge_page: pmd_populate after a failed copy - without taking ptl": collapsesAlone,
  "collapse_huge_page: ptep_clear VMA[i] - without taking ptl": collapsesAlone,
  "collapse_huge_page: free_page_and_swap_cache VMA[i] - without taking page_lock": lookedAtAgain,
  "collapse_huge_page: folio_putback_lru VMA[i] of a large folio - without taking page_lock": lookedAtAgain,
  "split_folio: folio_put of the other page - without taking page_lock": lookedAtAgain,
  "try_to_unmap_one: split_huge_pmd_locked - without flushing the CPUs' TLBs": flushedAfterSplit,
  "copy_huge_pmd - without calling the notifier": translatesAsBefore,
  "do_huge_pmd_wp_page - without calling the notifier": translatesAsBefore,
  "pagemap_scan_thp_entry - without calling the notifier": translatesAsBefore,
  "try_to_merge_two_pages: scan_get_next_rmap_item - without taking ptl": foundOut,
  "try_to_merge_two_pages: get_mergeable_page - without taking ptl": foundOut,
  "migrate_pages: try_to_unmap_flush of a page that stays - without flushing the CPUs' TLBs":
    "neutral: the page is mapped again at the same address with the same permission. An actor that removes the entry or its permission meanwhile does its own flush.",
  "copy_huge_pmd: copy_huge_pmd - without setting rss_file":
    "neutral: here every folio that a PMD maps is anonymous, so the counter of file pages stays as it is.",
  "try_restore_exclusive_pte: lock_page - without taking page_lock":
    "only a kernel that sleeps under the PTL has this step. Sleeping there violates kernel-assertions already, as restoring a page that is not locked does.",
};

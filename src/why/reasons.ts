/**
 * Why no scenario notices that a line is missing, by the name of the line. "Neutral" means that the behaviour of the model
 * does not change. For all others, no property notices the change yet.
 */

const neverSeenHeld =
  "neutral: for test_hmm both critical sections of the mutex are one step, so no actor ever sees it held; they are one step because of the mutex.";
const mapsEitherWay =
  "neutral: the step asks nothing that an invalidation changes. If it maps the page between the two steps of an invalidation, the device's page table and TLB become the same as if it maps the page after them.";
const failsBefore =
  "neutral: a fault that has no memory, and fails although another one has mapped the page, ends as one that looked before the other mapped the page.";
const told = "neutral: zapping announces every range once more, and interval notifiers get that too.";
const flushedBefore = "neutral: an actor that reaches this step has already flushed before the page was written.";
const foundOut =
  "neutral: if the page is free by then, it is not anonymous and is not taken; if it is mapped elsewhere by then, write_protect_page finds no entry under the PTL.";
const splitsAlone =
  "neutral: fork() holds the mmap lock and the locks of VMAs for writing, so no other actor holds the PTL over several steps.";
const translatesAsBefore = "neutral: splitting leaves every translation as it is.";
const flushedAfterSplit = `${translatesAsBefore} Who changes an entry after that flushes it.`;
const collapsesAlone =
  "neutral: the mmap lock and the lock of the VMA are held for writing, so no other actor takes the PTL of this address space.";
const lookedAtAgain =
  "neutral: before an actor with the page lock does anything to a page whose slot has no entry, it looks again, under the lock, at the swap cache, the mappings or the reference count.";

export const lineReasons: Readonly<Record<string, string>> = {
  "dmirror_exclusive: dmirror_atomic_map - without taking driver_mutex": neverSeenHeld,
  "mmu_notifier_invalidate_range_start: DEVICE: dmirror_interval_invalidate - without taking driver_mutex":
    neverSeenHeld,
  "mmu_notifier_release: DEVICE: dmirror_interval_invalidate - without taking driver_mutex": neverSeenHeld,
  "dmirror_migrate_to_device: map on the device - without taking driver_mutex": neverSeenHeld,
  "driver_migrate_to_device: map on the device - without taking driver_mutex": mapsEitherWay,
  "nouveau_dmem_migrate_vma: map on the device - without taking driver_mutex": `${mapsEitherWay} A translation of the old page, which the device may still have then, is a violation with the mutex as well.`,
  "mmu_notifier_invalidate_range_start: DEVICE: second pass - without taking driver_mutex":
    "neutral: the second pass only drops translations. If another actor has the mutex, it is an invalidation that waits for the flush itself, and drops all translations once more.",
  "mmu_notifier_release: DEVICE: dmirror_interval_invalidate - without clearing the device's page table": told,
  "mmu_notifier_release: DEVICE: dmirror_interval_invalidate - without flushing the device's TLB": told,
  "mmu_notifier_invalidate_range_start: interval callback for ACTOR - without taking driver_mutex":
    "neutral: the callback is one step, and so is the section that it could interrupt; they are one step because of the mutex.",
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
    "neutral: the value read only decides whether to split, and to split a PMD that is already split or gone changes nothing.",
  "get_user_pages_remote: __split_huge_pmd_locked - without flushing the CPUs' TLBs": flushedAfterSplit,
  "copy_huge_pmd: __split_huge_pmd_locked - without taking ptl": splitsAlone,
  "copy_huge_pmd: __split_huge_pmd_locked - without flushing the CPUs' TLBs": flushedAfterSplit,
  "zap_page_range: __split_huge_pmd_locked - without flushing the CPUs' TLBs": flushedAfterSplit,
  "mwriteprotect_range: __split_huge_pmd_locked - without flushing the CPUs' TLBs": flushedAfterSplit,
  "uffd_wp_resolve: __split_huge_pmd_locked - without flushing the CPUs' TLBs": flushedAfterSplit,
  "do_huge_pmd_wp_page: __split_huge_pmd_locked - without flushing the CPUs' TLBs": flushedAfterSplit,
  "unmap_huge_pmd_locked: flush_pmd_tlb_range - without flushing the CPUs' TLBs":
    "neutral: before reclaim frees a folio it flushes once more (try_to_unmap_flush), in the model also if no flush was deferred. Until then a CPU can only read there: a write needs a dirty PMD, and a dirty PMD is written again.",
  "unmap_huge_pmd_locked: page_vma_mapped_walk - without flushing the CPUs' TLBs": flushedAfterSplit,
  "unmap_huge_pmd_locked: folio_test_dirty - without flushing the CPUs' TLBs": flushedAfterSplit,
  "collapse_huge_page: hpage_collapse_scan_pmd - without taking page_lock":
    "neutral: a page that is still locked when the pages are taken ends the collapse then. The scan only gives up earlier.",
  "collapse_huge_page: hpage_collapse_scan_pmd - without taking ptl":
    "neutral: what the scan sees may change as soon as it drops the lock. The entries are looked at again when the pages are taken.",
  "collapse_huge_page: pmdp_huge_get_and_clear - without taking ptl": collapsesAlone,
  "collapse_huge_page: pmd_populate - without taking ptl": collapsesAlone,
  "collapse_huge_page: ptep_clear VMA[i] - without taking ptl": collapsesAlone,
  "collapse_huge_page: anon_vma_lock_write - without taking anon_vma":
    "neutral: the lock keeps away walks that hold no mmap lock, those of reclaim and migration, and the model has neither beside a collapse.",
  "copy_huge_pmd - without calling the notifier": translatesAsBefore,
  "do_huge_pmd_wp_page - without calling the notifier": translatesAsBefore,
  "try_to_merge_two_pages: scan_get_next_rmap_item - without taking ptl": foundOut,
  "try_to_merge_two_pages: get_mergeable_page - without taking ptl": foundOut,
  "migrate_pages: try_to_unmap_flush of a page that stays - without flushing the CPUs' TLBs":
    "neutral: the page is mapped again at the same address with the same permission; an actor that removes the entry or its permission meanwhile flushes itself.",
  "populate_vma_page_range: follow_page_pte - without taking ptl":
    "neutral: the value read only decides whether to fault, and the fault looks again under the PTL.",
  "try_restore_exclusive_pte: lock_page - without taking page_lock":
    "only a kernel that sleeps under the PTL has this step. That already violates kernel-assertions, and so does restoring a page that is not locked.",
};

/**
 * Why no scenario notices that something is missing from the model: features by name, mutants by the name that
 * docs/mutants.md prints. "Neutral" says that nothing that the model can do changes; everything else is a promise that
 * nobody makes yet.
 */

const neverSeenHeld =
  "neutral: for test_hmm both sides of the mutex are one step, so that nobody ever sees it held; the mutex is what makes them one.";
const told = "neutral: zapping announces every range once more, and interval notifiers hear of that as well.";
const flushedBefore = "neutral: whoever comes there has flushed before the page was to be written.";
const foundOut =
  "neutral: a page that is free by then is not anonymous and not taken, and of one that is mapped elsewhere by then write_protect_page, under the PTL, finds no entry.";
const lookedAtAgain =
  "neutral: whoever has the page locked looks again, under the lock, at the swap cache, the mappings or the reference count before doing anything to a page whose slot no entry stands for.";

/** None at the moment: each feature is noticed by some scenario. */
export const featureReasons: Readonly<Record<string, string>> = {};

export const mutantReasons: Readonly<Record<string, string>> = {
  "dmirror_exclusive: dmirror_atomic_map - without taking driver_mutex": neverSeenHeld,
  "mmu_notifier_invalidate_range_start: DEVICE: dmirror_interval_invalidate - without taking driver_mutex":
    neverSeenHeld,
  "mmu_notifier_release: DEVICE: dmirror_interval_invalidate - without taking driver_mutex": neverSeenHeld,
  "mmu_notifier_release: DEVICE: dmirror_interval_invalidate - without clearing the device's page table": told,
  "mmu_notifier_release: DEVICE: dmirror_interval_invalidate - without flushing the device's TLB": told,
  "mmu_notifier_invalidate_range_start: interval callback for ACTOR - without taking driver_mutex":
    "neutral: the callback is one step, and so is what it could come between; the mutex is what makes them one.",
  "shrink_page_list: try_to_unmap_flush a page in use - without flushing the CPUs' TLBs": flushedBefore,
  "shrink_page_list: try_to_unmap_flush after writing - without flushing the CPUs' TLBs": flushedBefore,
  "wp_page_copy: put_page(old) - without taking page_lock": lookedAtAgain,
  "zap_page_range: free_pages_and_swap_cache VMA[i] - without taking page_lock": lookedAtAgain,
  "madvise_free_pte_range: pte_offset_map_lock - without flushing the CPUs' TLBs":
    "neutral: MADV_FREE flushes the range once more before it returns, and until reclaim has flushed its own reference keeps the page.",
  "get_user_pages_remote: follow_pmd_mask - without taking ptl":
    "neutral: what is seen only decides whether to split, and a split of what is split already or gone changes nothing.",
  "get_user_pages_remote: __split_huge_pmd_locked - without taking ptl":
    "neutral: nobody who keeps the PTL over several steps goes by the PMD in between.",
  "try_to_merge_two_pages: scan_get_next_rmap_item - without taking ptl": foundOut,
  "try_to_merge_two_pages: get_mergeable_page - without taking ptl": foundOut,
  "migrate_pages: try_to_unmap_flush of a page that stays - without flushing the CPUs' TLBs":
    "neutral: the page is mapped again where it was, with what it allowed; whatever takes the entry away or its permission meanwhile flushes by itself.",
  "populate_vma_page_range: follow_page_pte - without taking ptl":
    "neutral: what is seen only decides whether to fault, and the fault looks again under the PTL.",
  "try_restore_exclusive_pte: lock_page - without taking page_lock":
    "the step stands only in a kernel that sleeps under the PTL, which breaks kernel-assertions already, as does restoring a page that is not locked.",
};

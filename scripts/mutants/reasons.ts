/**
 * Why no scenario notices that something is missing from the model: features by name, mutants by the name that
 * docs/mutants.md prints. "Neutral" says that nothing that the model can do changes; everything else is a promise that
 * nobody makes yet.
 */

const neverSeenHeld =
  "neutral: for test_hmm both sides of the mutex are one step, so that nobody ever sees it held; the mutex is what makes them one.";
const onlyGives = "neutral: resolving takes no permission away, so nobody's mapping or translation says too much.";
const told = "neutral: zapping announces every range once more, and interval notifiers hear of that as well.";
const flushedBefore = "neutral: whoever comes there has flushed before the page was to be written.";
const lookedAtAgain =
  "neutral: whoever has the page locked looks again, under the lock, at the swap cache, the mappings or the reference count before doing anything to a page whose slot no entry stands for.";

export const featureReasons: Readonly<Record<string, string>> = {
  "restore-notifies-clear":
    "neutral: drivers look at the owner of MMU_NOTIFY_EXCLUSIVE only, and here it has none, so both events make all of them give up the range.",
  "conversion-checks-address":
    "get_user_pages has just found the page at that address. If it goes before the walk, whoever took it away has told nouveau's subscription; test_hmm has none, and is broken by that already (test-hmm-zap).",
};

export const mutantReasons: Readonly<Record<string, string>> = {
  "dmirror_exclusive: dmirror_atomic_map - without taking driver_mutex": neverSeenHeld,
  "mmu_notifier_invalidate_range_start: DEVICE: dmirror_interval_invalidate - without taking driver_mutex":
    neverSeenHeld,
  "mmu_notifier_release: DEVICE: dmirror_interval_invalidate - without taking driver_mutex": neverSeenHeld,
  "mmu_notifier_release: DEVICE: dmirror_interval_invalidate - without clearing the device's page table": told,
  "mmu_notifier_release: DEVICE: dmirror_interval_invalidate - without flushing the device's TLB": told,
  "mmu_notifier_invalidate_range_start: interval callback for ACTOR - without taking driver_mutex":
    "neutral: the callback is one step, and so is what it could come between; the mutex is what makes them one.",
  "uffd_wp_resolve - without calling the notifier": onlyGives,
  "uffd_wp_resolve: flush_tlb_range - without flushing the CPUs' TLBs": onlyGives,
  "shrink_page_list: try_to_unmap_flush a page in use - without flushing the CPUs' TLBs": flushedBefore,
  "shrink_page_list: try_to_unmap_flush after writing - without flushing the CPUs' TLBs": flushedBefore,
  "wp_page_copy: put_page(old) - without taking page_lock": lookedAtAgain,
  "zap_page_range: free_pages_and_swap_cache VMA[i] - without taking page_lock": lookedAtAgain,
  "madvise_free_pte_range: pte_offset_map_lock - without flushing the CPUs' TLBs":
    "neutral: MADV_FREE flushes the range once more before it returns, and until reclaim has flushed its own reference keeps the page.",
};

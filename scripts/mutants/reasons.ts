/**
 * Why no scenario notices that something is missing from the model: features by name, mutants by the name that
 * docs/mutants.md prints. "Neutral" says that nothing that the model can do changes; everything else is a promise that
 * nobody makes yet.
 */

/** Who holds the PTL for more than one step has cleared the entry meanwhile. */
const emptyMeanwhile =
  "neutral: whoever keeps the PTL over several steps has cleared the entry, so this step finds it changed and does nothing, as it would have to do after waiting.";
const hiddenByGhost =
  "an entry that is cleared for the moment is passed over, and what the properties remember is set together with the entry, so that they do not expect it of this one. A property that goes by the address alone would notice.";
const neverSeenHeld =
  "neutral: for test_hmm both sides of the mutex are one step, so that nobody ever sees it held; the mutex is what makes them one.";
const toldBefore =
  "neutral: an invalidation that keeps the mutex has told the subscription before, in its interval callback, so that whoever comes in between maps nothing.";
const nothingLeft =
  "neutral: a VMA is unlinked when its entries are gone, so a walk that is still under way finds nothing there. In the kernel the lock keeps the anon_vma or the mapping itself from being freed, which the model never does.";
const behindTheParent =
  "neutral: the child's VMA stands behind the parent's. A walk that has passed its place has dealt with the parent's entry, which is what the child then gets a copy of.";
const onlyExclusive =
  "the model's devices map pages exclusively or not at all, and an exclusive entry is restored, with a notice, before anything else happens to it. Devices that also read ordinary pages (hmm_range_fault) would depend on this notice.";
const onlyGives = "neutral: resolving takes no permission away, so nobody's mapping or translation says too much.";
const onlyWaits = "neutral: without waiting the fault comes back at once, and again, until the page is unlocked.";

export const featureReasons: Readonly<Record<string, string>> = {
  "restore-notifies-clear":
    "neutral: drivers look at the owner of MMU_NOTIFY_EXCLUSIVE only, and here it has none, so both events make all of them give up the range.",
  "protection-restores-write":
    "neutral: it saves the fault that would make the entry writable at the next write, for the same reasons.",
  "protection-demotes-exclusive":
    "neutral for what can be observed: restoring an entry asks the VMA as well (maybe_mkwrite), and a device that was told to give up its mapping has to ask get_user_pages again, which asks the VMA too.",
  "make-rejects-tail-pages":
    "neutral: without it the page is turned down later, since the reverse map is walked from the folio's first page.",
  "conversion-checks-address":
    "get_user_pages has just found the page at that address. If it goes before the walk, whoever took it away has told nouveau's subscription; test_hmm has none, and is broken by that already (test-hmm-zap).",
};

export const mutantReasons: Readonly<Record<string, string>> = {
  "clear_refs_write: clear_soft_dirty VMA[i] - without waiting for ptl": hiddenByGhost,
  "mwriteprotect_range: change_pte_range VMA[i] - without waiting for ptl": hiddenByGhost,
  "mprotect_fixup: change_pte_range VMA[i] - without waiting for ptl":
    "neutral: an entry that is passed over because it is cleared for the moment is written again with the VMA's permission (maybe_mkwrite).",
  "do_anonymous_page: map the zero page - without waiting for ptl":
    "the zero page mapped over an entry that is cleared for the moment is overwritten. A CPU may have read zeroes from it, which only a model of contents would notice.",
  "do_wp_page: under the PTL - without waiting for ptl": emptyMeanwhile,
  "handle_pte_fault: ptep_set_access_flags - without waiting for ptl": emptyMeanwhile,
  "remove_device_exclusive_entry: restore under the PTL - without waiting for ptl": emptyMeanwhile,
  "get_user_pages_remote: follow_page_pte - without waiting for ptl": emptyMeanwhile,
  "dmirror_exclusive: dmirror_atomic_map - without waiting for driver_mutex": neverSeenHeld,
  "mmu_notifier_invalidate_range_start: DEVICE: dmirror_interval_invalidate - without waiting for driver_mutex":
    neverSeenHeld,
  "nouveau_atomic_range_fault: program the device - without waiting for driver_mutex": toldBefore,
  "mmu_notifier_invalidate_range_start: interval callback for ACTOR - without waiting for driver_mutex":
    "neutral: the callback is one step, and so is what it could come between; the mutex is what makes them one.",
  "munmap: mmap_write_unlock - without waiting for anon_vma": nothingLeft,
  "munmap: mmap_write_unlock - without waiting for i_mmap": nothingLeft,
  "exit_mmap: unlink_anon_vmas - without waiting for anon_vma": nothingLeft,
  "exit_mmap: unlink_anon_vmas - without waiting for i_mmap": nothingLeft,
  "dup_mmap: anon_vma_fork VMA - without waiting for anon_vma": behindTheParent,
  "dup_mmap: anon_vma_fork VMA - without waiting for i_mmap": behindTheParent,
  "make_device_exclusive - without calling the notifier": onlyExclusive,
  "try_to_protect_one - without calling the notifier": onlyExclusive,
  "wp_page_copy - without calling the notifier": onlyExclusive,
  "uffd_wp_resolve - without calling the notifier": onlyGives,
  "uffd_wp_resolve: flush_tlb_range - without flushing the CPUs' TLBs": onlyGives,
  "migration_entry_wait: wait - without waiting for page_lock": onlyWaits,
  "remove_device_exclusive_entry: wait_on_page_locked - without waiting for page_lock": onlyWaits,
  "try_to_protect_one: set the exclusive entry VMA[i] - without dropping a reference":
    "the step drops a reference only in a kernel whose entries hold none, and the one scenario with such a kernel expects no-lost-reference to be violated, as it is either way.",
};

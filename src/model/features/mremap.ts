/** Moving a VMA. */
import type { Feature } from "./feature.ts";

export const mremapFeatures = [
  {
    name: "mremap-flushes-batched",
    sentence:
      "Moving entries carries out the flushes that reclaim or migration has deferred (flush_tlb_batched_pending).",
    source: "mm/mremap.c of 5.14, 6.1, 6.4, 6.14 and 6.18, move_ptes",
  },
  {
    name: "mremap-notifies",
    sentence: "Moving a VMA invalidates the devices' mappings at its old addresses first.",
    source: "mm/mremap.c, move_page_tables (mmu_notifier_invalidate_range_start)",
  },
  {
    name: "mremap-flushes-tlb",
    sentence: "Moving an entry flushes the CPUs' TLBs for its old address before the page-table lock is dropped.",
    source: "mm/mremap.c, move_ptes (force_flush); commit eb66ae030829 (v4.19)",
  },
  {
    name: "mremap-marks-soft-dirty",
    sentence: "Moving an entry marks it soft-dirty.",
    source: "mm/mremap.c, move_soft_dirty_pte",
  },
  {
    name: "rmap-finds-moving",
    sentence:
      "A walk of the reverse map cannot miss an entry that mremap() is moving. Either the walk visits the old VMA before the new one, or mremap() holds the locks of the reverse map while it moves entries (need_rmap_locks).",
    source: "mm/mremap.c, move_ptes (need_rmap_locks)",
  },
  {
    name: "page-table-move-marks-soft-dirty",
    sentence:
      "Moving a whole page table marks its entries soft-dirty. Without this they keep their bits, so that a program that tracks writes does not see what has come to the new addresses.",
    source:
      "in no version: mm/mremap.c of 5.14, 6.1.192, 6.4.6, 6.8, 6.12.117, 6.14, 6.18.2 and 7.1.5, move_normal_pmd moves the PMD alone, and copy_vma does not set VM_SOFTDIRTY",
    since: "never",
  },
  {
    name: "mremap-clears-uffd-wp",
    sentence:
      "Moving an entry clears its uffd-wp bit, which means nothing at the new address. Without this the bit stays there.",
    source:
      "commit 0cef0bb836e3 (v6.13; CVE-2025-21696): Linux 6.14 and 6.18 mm/mremap.c, move_ptes; not in 5.14 and 6.4, but in 6.1.192 and 6.12.117",
    since: "v6.15",
  },
] as const satisfies readonly Feature[];

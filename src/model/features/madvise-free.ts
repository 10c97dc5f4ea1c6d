/** MADV_FREE. */
import type { Feature } from "./feature.ts";

export const madviseFreeFeatures = [
  {
    name: "madvise-free-flushes-batched",
    sentence: "MADV_FREE carries out the flushes that reclaim or migration has deferred (flush_tlb_batched_pending).",
    source: "mm/madvise.c of 5.14, 6.1, 6.4, 6.14 and 6.18, madvise_free_pte_range",
  },
  {
    name: "madvise-free-flushes-batched-again",
    sentence:
      "MADV_FREE carries out deferred flushes again when it has split a large folio, for which it has dropped the page-table lock. Without this, what reclaim has unmapped meanwhile is still in the CPUs' TLBs when MADV_FREE returns.",
    source: "mm/madvise.c of 6.12.117, 6.18, 7.0 and 7.1, madvise_free_pte_range; not in 5.14, 6.1.192, 6.4 and 6.14",
    since: "v6.15",
  },
  {
    name: "madvise-free-keeps-folio-whole",
    sentence:
      "MADV_FREE marks a large folio as a whole if all of it is mapped in the range. Without this, it splits the folio, and does not go beyond one that it cannot split.",
    source:
      "mm/madvise.c of 6.12.117, 6.13.7, 6.14, 6.18 and 7.1.5, madvise_free_pte_range; not in 5.14, 6.1, 6.4 and 6.8",
    since: "v6.15",
  },
  {
    name: "madvise-free-counts-folio",
    sentence:
      "MADV_FREE splits a large folio only if a single entry maps a page of it. Without this, it asks whether one entry maps the page or, in later versions, whether other processes map the folio.",
    source:
      "mm/madvise.c of 6.4, madvise_free_pte_range (folio_mapcount); page_mapcount in 5.14, that of the first page in 6.1.192 and 6.8, folio_likely_mapped_shared in 6.12.117 and 6.14",
    since: "v6.4",
    until: "v6.15",
  },
  {
    name: "madvise-free-notifies",
    sentence: "MADV_FREE invalidates the devices' mappings first.",
    source: "mm/madvise.c, madvise_free_single_vma (mmu_notifier_invalidate_range_start)",
  },
  {
    name: "madvise-free-flushes-tlb",
    sentence: "MADV_FREE flushes the CPUs' TLBs before it returns, so that the next write sets the dirty bit again.",
    source: "mm/madvise.c, madvise_free_pte_range (tlb_remove_tlb_entry)",
  },
  {
    name: "madvise-free-spares-shared",
    sentence: "MADV_FREE does not clear the dirty flag of a page that is also mapped elsewhere.",
    source: "mm/madvise.c, madvise_free_pte_range (page_mapcount)",
  },
] as const satisfies readonly Feature[];

/** Reclaim: swaps pages out, frees them and discards them. */
import type { Feature } from "./feature.ts";

export const reclaimFeatures = [
  {
    name: "reclaim-spares-locked",
    sentence: "Reclaim does not unmap the pages of a locked VMA. It marks those as locked that lack this mark.",
    source: "mm/rmap.c, try_to_unmap_one (VM_LOCKED)",
  },
  {
    name: "reclaim-notifies",
    sentence: "Swapping a page out invalidates the devices' mappings first.",
    source: "mm/rmap.c, try_to_unmap_one (mmu_notifier_invalidate_range_start)",
  },
  {
    name: "reclaim-transfers-dirty",
    sentence: "Swapping a page out passes the mapping's dirty bit to the page.",
    source: "mm/rmap.c, try_to_unmap_one (set_page_dirty)",
  },
  {
    name: "reclaim-flushes-before-writing",
    sentence: "Reclaim flushes the CPUs' TLBs before it writes a page.",
    source: "mm/vmscan.c, shrink_page_list (try_to_unmap_flush_dirty)",
  },
  {
    name: "reclaim-flushes-before-freeing",
    sentence: "Reclaim flushes the CPUs' TLBs before it frees a page.",
    source: "mm/vmscan.c, shrink_page_list (try_to_unmap_flush)",
  },
  {
    name: "reclaim-checks-references",
    sentence: "Reclaim frees a page only if nothing refers to it except reclaim and the swap cache.",
    source: "mm/vmscan.c, __remove_mapping (page_ref_freeze)",
  },
  {
    name: "reclaim-swaps-out-folios",
    sentence:
      "Reclaim swaps a large folio out as a whole, if it finds adjacent slots for its pages. Without this it splits the folio first.",
    source:
      "mm/vmscan.c, shrink_folio_list, and mm/rmap.c, try_to_unmap_one (TTU_SYNC) of 6.12.117, 6.14, 6.18.2 and 7.1.5; 6.8 does so only if a PMD maps the folio (folio_entire_mapcount)",
    since: "v6.15",
    release: [6, 10],
  },
  {
    name: "discard-checks-references",
    sentence: "If something else refers to a page that MADV_FREE has marked, reclaim does not discard the page.",
    source: "commit 6c8e2a256915 (v5.18), try_to_unmap_one",
    since: "v6.4",
  },
  {
    name: "lazyfree-folio-stays-large",
    sentence:
      "Reclaim does not split a large folio that MADV_FREE has marked before it discards the folio. Without this it splits the folio first, as it splits a folio of a file.",
    source:
      "mm/vmscan.c of 6.1.192, 6.4.6, 6.8, 6.12.117, 6.14, 6.18.2 and 7.1.5, shrink_folio_list (folio_test_swapbacked); shrink_page_list of 5.14 asks only for PageTransHuge",
    since: "v6.4",
  },
  {
    name: "lazyfree-pmd-discarded-whole",
    sentence:
      "Reclaim discards a clean folio that MADV_FREE has marked and that a PMD maps as a whole, and empties the PMD. Without this it splits the mapping, and discards page by page.",
    source:
      "commit 735ecdfaf4e8 (v6.11); unmap_huge_pmd_locked in mm/rmap.c of 6.13.7, 6.14, 6.18.2 and 7.1.5; not in 6.1.192, 6.4.6 and 6.8; in 6.12.117 nothing calls it",
    since: "v6.15",
    release: [6, 11],
  },
  {
    name: "lazyfree-pmd-stays-whole",
    sentence:
      "If reclaim cannot discard such a folio, it leaves the mapping by the PMD as it is, and a dirty folio loses its mark. Without this it splits the mapping, and goes on page by page.",
    source:
      "mm/rmap.c, try_to_unmap_one (walk_abort), and __discard_anon_folio_pmd_locked in mm/huge_memory.c of 6.18.2, 7.0 and 7.1.5; not in 6.13.7 and 6.14",
    since: "v6.15",
  },
  {
    name: "lazyfree-batches",
    sentence: "Reclaim unmaps a large folio that MADV_FREE has marked in one batch, if the entries are alike.",
    source:
      "commit 354dffd29575 (v6.15, as a mail archive says); mm/rmap.c of 6.18.2, 7.0 and 7.1.5, folio_unmap_pte_batch; not in 6.14",
    since: "v6.15",
  },
  {
    name: "lazyfree-batch-keeps-write",
    sentence:
      "Entries of such a batch have the same write and soft-dirty bits. Without this, reclaim that fails puts all of them back with the bits of the first.",
    source:
      "commit 29f40594a281 (v7.0); mm/rmap.c of 7.0 and 7.1.5, FPB_RESPECT_WRITE | FPB_RESPECT_SOFT_DIRTY; not in 6.18.2",
    since: "v7.1",
  },
  {
    name: "reclaim-spares-redirtied",
    sentence: "Reclaim does not discard a page that was written to since MADV_FREE.",
    source: "mm/rmap.c, try_to_unmap_one (PageDirty, PageSwapBacked)",
  },
  {
    name: "reclaim-keeps-lazyfree-in-use",
    sentence:
      "A clean page that reclaim does not discard because something refers to it stays marked by MADV_FREE. Without this it loses the mark, and reclaim can then swap it out.",
    source: "commit faeb2831b517 (v6.15); mm/rmap.c of 6.18.2 and 7.0; not in 6.1, 6.4, 6.12.117 and 6.14",
    since: "v6.15",
  },
  {
    name: "reclaim-skips-pinned",
    sentence: "If a page may be pinned for DMA, reclaim does not put it into the swap cache.",
    source: "commit feb889fb40fa (v5.11), shrink_page_list",
  },
] as const satisfies readonly Feature[];

/** Collapsing pages to a folio that a PMD maps (khugepaged, MADV_COLLAPSE). */
import type { Feature } from "./feature.ts";

export const collapseFeatures = [
  {
    name: "collapse-locks-vma",
    sentence:
      "A collapse marks its VMA as locked for writing, so that no fault fills the page table that it takes away.",
    source: "commit 55fd6fccad31 (v6.4), collapse_huge_page (vma_start_write) of 6.4, 6.14, 6.18 and 7.1",
    since: "v6.4",
  },
  {
    name: "collapse-checks-references",
    sentence: "A collapse gives up if anything but mappings refers to a page, such as a pin.",
    source:
      "__collapse_huge_page_isolate of 5.14, 6.4 and 6.14 (is_refcount_suitable), 6.18 and 7.1 (folio_expected_ref_count)",
  },
  {
    name: "collapse-rechecks-uffd-wp",
    sentence:
      "A collapse looks for write protection by userfaultfd again when it takes the pages. Without this it looks only at first, before it drops the mmap lock.",
    source: "commit dd47ac428c3f (v6.3), __collapse_huge_page_isolate of 6.1, 6.4, 6.14, 6.18 and 7.1; not in 5.14",
    since: "v6.4",
  },
  {
    name: "collapse-needs-writable",
    sentence: "A collapse needs an entry that allows writing.",
    source:
      "SCAN_PAGE_RO in mm/khugepaged.c of 5.14, 6.1, 6.4, 6.12.117 and 6.14; not in 6.18 and 7.1. Its removal was sent in September 2025, when 6.17 was about to come out",
    until: "v6.15",
  },
  {
    name: "collapse-survives-errors",
    sentence: "A collapse that finds a hardware error while it copies a page puts everything back.",
    source:
      "__collapse_huge_page_copy of 6.4, 6.8, 6.12, 6.14, 6.18 and 7.1 (copy_mc_user_highpage, SCAN_COPY_MC); not in 5.14 and 6.1.192",
    since: "v6.4",
    release: [6, 4],
  },
  {
    name: "gup-fast-looks-at-pmd-again",
    sentence:
      "get_user_pages_fast() also reads the PMD again after it has taken its reference. Without this it may take a page that a collapse then replaces, unless the collapse's flush waits for it, as on x86.",
    source:
      "commit 70cbc3cc78a9 (v6.1), gup_pte_range of 6.1 and 6.4, gup_fast_pte_range of 6.14, 6.18 and 7.1; not in 5.14",
    since: "v6.4",
    release: [6, 1],
  },
] as const satisfies readonly Feature[];

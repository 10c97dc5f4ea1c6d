/** Faults on swap entries. */
import type { Feature } from "./feature.ts";

export const swapInFeatures = [
  {
    name: "swap-in-sets-lock-blindly",
    sentence: "Swap-in sets the lock bit of its new page without checking whether the lock is taken.",
    source: "__read_swap_cache_async (mm/swap_state.c), __SetPageLocked, later __folio_set_locked",
  },
  {
    name: "swap-in-rechecks-cache",
    sentence:
      "After a fault on a swap entry has taken the page lock, it checks whether the page still belongs to the slot.",
    source: "mm/memory.c, do_swap_page (PageSwapCache, page_private)",
  },
  {
    name: "swap-in-rechecks-entry",
    sentence: "A fault on a swap entry maps the page only if the entry is still the one that the fault read.",
    source: "mm/memory.c, do_swap_page (pte_same)",
  },
  {
    name: "swap-in-unlocks-under-ptl",
    sentence: "A fault on a swap entry drops the page lock before the page-table lock.",
    source: "mm/memory.c, do_swap_page (unlock_page, pte_unmap_unlock)",
  },
  {
    name: "swap-in-maps-writable",
    sentence:
      "Swapping a page in for a read also maps it writable, if it belongs to one mapping alone and nothing tracks writes to it.",
    source: "mm/memory.c, do_swap_page (pte_mkwrite) of 6.12.117, 6.13.7, 6.14 and 6.18; not in 6.1, 6.4, 6.5 and 6.8",
    since: "v6.15",
  },
  {
    name: "swap-in-maps-folios",
    sentence:
      "A fault on a swap entry whose page is in a large folio of the swap cache also maps the other page, if the two entries are alike. Without this it maps one page.",
    source:
      "mm/memory.c, do_swap_page (swap_pte_batch, folio_add_anon_rmap_ptes) of 6.12.117, 6.14, 6.18.2 and 7.1.5; not in 6.8",
    since: "v6.15",
    release: [6, 11],
  },
  {
    name: "swap-in-marks-locked",
    sentence:
      "Swapping a page into a locked VMA marks the page as locked. Without this feature, reclaim marks it later.",
    source:
      "mm/rmap.c of 6.1 and 6.4, page_add_anon_rmap (mlock_vma_page, mlock_vma_folio); in 5.14 populating the VMA marks the page (mm/gup.c, follow_page_pte, FOLL_MLOCK). Commit 9ae2feacedde (v6.11) maps a page that was read from swap by folio_add_new_anon_rmap, which marks nothing",
    until: "v6.15",
  },
  {
    name: "swap-in-skips-cache",
    sentence:
      "If the swap device is synchronous, a fault on the only entry of a slot bypasses the swap cache. Without this it uses the swap cache, and gives the slot up at once.",
    source:
      "commit 0bcac06f27d7 (v4.15); mm/memory.c, do_swap_page (SWP_SYNCHRONOUS_IO), read in 6.1, 6.4, 6.12, 6.14 and 6.18; gone in 7.0. In 5.14 it is known from the commit only: the tree read here is a fork without it",
    until: "v7.1",
  },
  {
    name: "swap-in-claims-slot",
    sentence:
      "A fault that bypasses the swap cache claims the slot before it reads. Another fault waits until the claim is dropped, and the slot is not used again before that.",
    source:
      "commit 13ddaf26be32 (v6.8), CVE-2024-26759: swapcache_prepare and swapcache_clear in do_swap_page (mm/memory.c), read in 6.1.192, 6.8, 6.12.117, 6.13.7, 6.14 and 6.18; not in 6.4. Gone in 7.0",
    since: "v6.15",
    until: "v7.1",
  },
  {
    name: "swap-in-frees-slot-last",
    sentence:
      "A fault on a swap entry looks for other references before it takes the page out of the swap cache, so a page in the swap cache does not count as belonging to one mapping alone. A page that is mapped writable stays in the swap cache while swap has room. A fault that maps nothing tries to free the slot too.",
    source:
      "mm/memory.c, do_swap_page (folio_ref_count before folio_free_swap; out_page), read in 7.0, 7.1.3 and 7.1.5; the other way round in 6.12, 6.14 and 6.18",
    since: "v7.1",
  },
] as const satisfies readonly Feature[];

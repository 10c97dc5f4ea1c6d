/** Faults on swap entries. */
import type { Feature } from "./feature.ts";

export const swapInFeatures = [
  {
    name: "swap-in-sets-lock-blindly",
    sentence: "Swap-in sets the lock bit of its new page without looking whether somebody has the lock.",
    source: "__read_swap_cache_async (mm/swap_state.c), __SetPageLocked, later __folio_set_locked",
  },
  {
    name: "swap-in-rechecks-cache",
    sentence: "A fault on a swap entry looks, once it has the page lock, whether the page is still the slot's.",
    source: "mm/memory.c, do_swap_page (PageSwapCache, page_private)",
  },
  {
    name: "swap-in-rechecks-entry",
    sentence: "A fault on a swap entry maps the page only if the entry is still the one that it saw.",
    source: "mm/memory.c, do_swap_page (pte_same)",
  },
  {
    name: "swap-in-unlocks-under-ptl",
    sentence: "A fault on a swap entry unlocks the page before the page-table lock.",
    source: "mm/memory.c, do_swap_page (unlock_page, pte_unmap_unlock)",
  },
  {
    name: "swap-in-maps-writable",
    sentence:
      "Swapping a page in maps it writable on a read as well, if it is one mapping's alone and nothing tracks it.",
    source: "mm/memory.c, do_swap_page (between v6.4 and v6.12)",
    since: "v6.15",
  },
] as const satisfies readonly Feature[];

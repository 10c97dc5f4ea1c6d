/** Making a page exclusive to a device (make_device_exclusive). */
import type { Feature } from "./feature.ts";
import { merged, v8 } from "./sources.ts";

export const makeExclusiveFeatures = [
  {
    name: "make-walks-one-entry",
    sentence:
      "Making a page exclusive waits for the page lock, changes only the requested entry, and starts over if the entry no longer maps the page. Without this it only tries the lock, and changes every mapping of the page through the reverse map.",
    source: "commits 599b684a7854, 438354724f69, b8932ca8b924 (v6.15)",
    since: "v6.15",
  },
  {
    name: "entries-keep-mapcount",
    sentence: "An exclusive entry counts as a mapping of its page.",
    source: "commit f495bd7e0d9b (v6.15)",
    since: "v6.15",
  },
  {
    name: "conversion-keeps-uffd-wp",
    sentence:
      "Making an entry exclusive keeps userfaultfd write protection. Later kernels make only writable entries exclusive.",
    source: `${v8}, try_to_protect_one; gone in v6.15`,
    until: "v6.15",
  },
  {
    name: "conversion-flushes-tlb",
    sentence:
      "Making an entry exclusive flushes the CPUs' TLBs between clearing the old entry and writing the new one.",
    source: `${v8}, try_to_protect_one (ptep_clear_flush)`,
  },
  {
    name: "conversion-keeps-reference",
    sentence: "An exclusive entry holds a reference to its page.",
    source: `${v8}, try_to_protect_one (get_page)`,
  },
  {
    name: "conversion-keeps-soft-dirty",
    sentence: "Making an entry exclusive keeps its soft-dirty bit.",
    source: `${v8}, try_to_protect_one`,
  },
  {
    name: "make-checks-gup-error",
    sentence:
      "An error from get_user_pages is recognised as an error. v8 keeps it in an unsigned number and takes it for a count.",
    source: `${v8}, make_device_exclusive_range; corrected in ${merged}`,
    except: ["v8"],
  },
  {
    name: "conversion-transfers-dirty",
    sentence: "Making an entry exclusive passes its dirty bit to the page.",
    source: `${v8}, try_to_protect_one (set_page_dirty)`,
  },
  {
    name: "gup-dirties-page",
    sentence: "Getting a page in order to write to it marks the page dirty if its entry is not dirty (FOLL_TOUCH).",
    source: "mm/gup.c, follow_page_pte; pin_user_pages does not ask for it in 5.14 to 7.1.5",
  },
  {
    name: "make-rejects-tail-pages",
    sentence:
      "Making a page exclusive rejects all pages of a large folio except the first, before it tries the page lock. Without this, such a page fails only while the folio is locked: v5.14 checks then, and v8 finds no reverse map for the page.",
    source:
      "Linux 6.4 mm/rmap.c, make_device_exclusive_range (PageTail); 5.14 checks in page_make_device_exclusive, after trylock_page",
    since: "v6.4",
    until: "v6.15",
  },
  {
    name: "conversion-checks-address",
    sentence: "Making a page exclusive succeeds only if it changed a writable entry at the requested address.",
    source: `${v8}, try_to_protect (ttp.valid)`,
    until: "v6.15",
  },
  {
    name: "make-counts-folio",
    sentence:
      "Making a page exclusive succeeds only if no page of its folio is mapped afterwards. Without this only the requested page must be unmapped.",
    source: `Linux 6.1 to 6.14 mm/rmap.c, folio_make_device_exclusive (folio_mapcount); page_mapcount in 5.14 and in ${v8}; the patch "mm/rmap: Convert make_device_exclusive_range() to use folios" (February 2022) changed it`,
    since: "v6.4",
    until: "v6.15",
  },
  {
    name: "make-unlocks-on-failure",
    sentence: "A page that could not be made exclusive is unlocked and released.",
    source: `${v8}, make_device_exclusive_range`,
  },
  {
    name: "gup-splits-pmd",
    sentence:
      "get_user_pages for a device splits the mapping of a folio that is mapped as a whole (FOLL_SPLIT_PMD), which announces MMU_NOTIFY_CLEAR.",
    source: `${v8}, make_device_exclusive_range; mm/huge_memory.c, __split_huge_pmd, read in 5.14, 6.4 and 6.18`,
  },
] as const satisfies readonly Feature[];

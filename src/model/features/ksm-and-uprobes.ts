/** KSM and uprobes: both make an entry map another page, or change the page itself. */
import type { Feature } from "./feature.ts";

export const ksmAndUprobesFeatures = [
  {
    name: "ksm-skips-exclusive",
    sentence: "KSM gives up if the entry is not present when it is about to write-protect it.",
    source: "Linux 6.15 mm/ksm.c, write_protect_page",
    since: "v6.15",
  },
  {
    name: "ksm-checks-references",
    sentence: "KSM merges a page only if nothing refers to it except its mappings, the swap cache and KSM.",
    source: "mm/ksm.c, write_protect_page (page_mapcount, page_count)",
  },
  {
    name: "ksm-flushes-pending",
    sentence:
      "If a change of protection has yet to be flushed (mm_tlb_flush_pending), KSM flushes a page from the CPUs' TLBs even if its entry is read-only.",
    source: "mm/ksm.c of 5.14, 6.1, 6.4, 6.14 and 6.18, write_protect_page",
  },
  {
    name: "ksm-rechecks-entry",
    sentence: "KSM maps the other page only if the entry is still the one that it write-protected.",
    source: "mm/ksm.c, replace_page (pte_same)",
  },
  {
    name: "uprobe-skips-exclusive",
    sentence: "Replacing a page for a uprobe starts over if the entry is not present.",
    source: "Linux 6.15 kernel/events/uprobes.c, __replace_page; also in 6.12 and 6.14 stable",
    since: "v6.15",
    until: "v7.1",
  },
  {
    name: "uprobe-walks-folio",
    sentence:
      "Removing a uprobe holds the mmap lock for writing and changes the page in place. Earlier kernels hold the lock for reading, and replace the page by a copy.",
    source:
      "kernel/events/uprobes.c of 6.18, 7.0 and 7.1, unapply_uprobe, uprobe_write, __uprobe_write; 6.14 has __replace_page; 6.15 to 6.17 were not read",
    since: "v7.1",
  },
] as const satisfies readonly Feature[];

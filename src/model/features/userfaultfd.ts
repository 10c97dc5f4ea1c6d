/** userfaultfd: resolving write protection, and the faults after that. */
import type { Feature } from "./feature.ts";

export const userfaultfdFeatures = [
  {
    name: "resolve-restores-write",
    sentence:
      "Resolving userfaultfd write protection makes entries writable at once if no rule forbids it. Without this it leaves them to the next write fault, and write-protects writable entries that it finds.",
    source:
      "Linux 6.4 and 6.14 mm/userfaultfd.c, uffd_wp_range (MM_CP_TRY_CHANGE_WRITABLE), since v6.3; not in 6.1. Before, pte_modify() in change_pte_range",
    since: "v6.4",
  },
  {
    name: "wp-fault-flushes-pending",
    sentence:
      "If a change of protection has yet to be flushed (mm_tlb_flush_pending), a write fault in a VMA with userfaultfd flushes the page from the CPUs' TLBs before the page is copied.",
    source: "commit 6ce64428d620 (v5.12), do_wp_page of 5.14, 6.1, 6.4, 6.14 and 6.18",
  },
] as const satisfies readonly Feature[];

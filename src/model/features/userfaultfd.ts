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
  {
    name: "uffd-wp-unpopulated",
    sentence:
      "In a VMA with WP_UNPOPULATED, userfaultfd also write-protects an address at which nothing is mapped: it leaves a marker there. Without this it passes over the empty entry.",
    source:
      "commit 2bad466cc9d9 (v6.4), change_pte_range of 6.4, 6.12, 6.14, 6.18, 7.0 and 7.1; 6.1 has markers only for files",
    since: "v6.4",
  },
  {
    name: "uffd-wp-async",
    sentence:
      "In a VMA with WP_ASYNC, a write fault ends the write protection itself and goes on. Without this it waits for userspace, and PAGEMAP_SCAN fails.",
    source:
      "commits d61ea1cb0095 and 52526ca7fdb9 (v6.7), do_wp_page and do_pagemap_scan of 6.12, 6.14, 6.18, 7.0 and 7.1",
    since: "v6.15",
    release: [6, 7],
  },
  {
    name: "scan-flushes-tlb",
    sentence:
      "PAGEMAP_SCAN flushes what it has marked from the CPUs' TLBs before it drops the page-table lock. Without this a CPU goes on writing through an old translation, and no scan reports it.",
    source: "fs/proc/task_mmu.c of 6.12, 6.14, 6.18, 7.0 and 7.1, pagemap_scan_pmd_entry",
  },
  {
    name: "scan-keeps-new-bits",
    sentence:
      "PAGEMAP_SCAN marks the entry that it has cleared. Without this it marks what it read before, and loses a dirty bit that a CPU has set in between.",
    source: "commit c70dce4982ce (v6.9 and 6.8.10), make_uffd_wp_pte of 6.12, 6.14, 6.18, 7.0 and 7.1; not in 6.8",
  },
  {
    name: "scan-knows-swap-marks",
    sentence:
      "PAGEMAP_SCAN looks for the mark of an entry that is not present where such entries have it. Without this it looks at a bit of the page's or slot's number, and passes over the entry if that is set.",
    source:
      "commit 2c7ad9a590d1 (v6.9 and 6.8.10), pagemap_scan_pmd_entry of 6.12, 6.14, 6.18, 7.0 and 7.1; not in 6.8",
  },
  {
    name: "scan-demotes-entries",
    sentence:
      "PAGEMAP_SCAN makes a writable entry of a page that is being moved, or is in a device's memory, a read-only one, as UFFDIO_WRITEPROTECT does. Without this the check of page tables warns, and a moved page is mapped writable and without its mark, so that the next scan reports a page that no one has written to.",
    source:
      "in no version: make_uffd_wp_pte of 6.12, 6.14, 6.18, 7.0 and 7.1 keeps the kind of the entry, page_table_check_pte_flags (v6.10) warns of it, and remove_migration_pte looks for the mark only in readable entries",
    since: "never",
  },
  {
    name: "uffd-move",
    sentence: "There is an ioctl UFFDIO_MOVE. Without this it fails.",
    source: "commit adef440691ba (v6.8), move_pages of 6.12, 6.14, 6.18, 7.0 and 7.1",
    since: "v6.15",
    release: [6, 8],
  },
  {
    name: "move-updates-swap-cache",
    sentence:
      "UFFDIO_MOVE looks for the page of a swap entry in the swap cache, and makes it belong to the new address. Without this a fault there finds a page that belongs to the old one.",
    source: "commit c50f8e6053b0 (v6.14; CVE-2025-21984), move_pages_pte of 6.12.117, 6.14, 6.18, 7.0 and 7.1",
  },
  {
    name: "move-rechecks-swap-cache",
    sentence:
      "Before UFFDIO_MOVE moves a swap entry, it checks the swap cache again: the page that it has locked must still belong to the entry and, under the page-table locks, an entry without a page must still have none.",
    source: "commit 0ea148a79919 (v6.16; CVE-2025-38242), move_swap_pte of 6.12.117, 6.18, 7.0 and 7.1; not in 6.14",
    since: "v6.15",
    release: [6, 16],
  },
  {
    name: "move-marks-soft-dirty",
    sentence:
      "UFFDIO_MOVE marks every moved entry as soft-dirty and keeps the dirty bit. Without this it makes a present entry dirty, and marks no swap entry.",
    source:
      "commit 75cb1cca2c88 (v6.16), move_present_pte and move_swap_pte of 6.12.117, 6.18, 7.0 and 7.1; not in 6.14",
    since: "v6.15",
    release: [6, 16],
  },
  {
    name: "move-flushes-tlb",
    sentence: "UFFDIO_MOVE flushes the old address from the CPUs' TLBs before it drops the page-table locks.",
    source: "mm/userfaultfd.c of 6.12, 6.14, 6.18, 7.0 and 7.1, move_present_pte (move_present_ptes since 6.18)",
  },
  {
    name: "move-flushes-batched",
    sentence:
      "When UFFDIO_MOVE moves a swap entry, it carries out the flushes that reclaim has deferred (flush_tlb_batched_pending). Without this a CPU may still reach the page at the old address after the call.",
    source: "in no version; mm/mremap.c move_ptes does so",
    since: "never",
  },
] as const satisfies readonly Feature[];

/** Pages in the memory of devices: migrate_vma, and the fault that brings a page back. */
import type { Feature } from "./feature.ts";

export const devicePrivateFeatures = [
  {
    name: "private-fault-takes-reference",
    sentence:
      "A fault on a page in a device's memory takes a reference to the page before it calls the driver. Without this it uses the page only by the number that it read from the entry (CVE-2022-3523).",
    source: "mm/memory.c, do_swap_page of 6.1, 6.4, 6.14 and 7.1.3 (get_page), commit 16ce101db85d; not in 5.14",
    since: "v6.4",
  },
  {
    name: "private-fault-locks-page",
    sentence:
      "A fault on a page in a device's memory locks the page before it calls the driver. Without this, faults of two threads keep each other from moving the page back.",
    source: "mm/memory.c, do_swap_page of 6.18 and 7.1.3 (trylock_page); not in 6.14",
    since: "v6.15",
  },
  {
    name: "private-fault-waits-for-lock",
    sentence:
      "A fault on a page in a device's memory that finds the page locked waits for the lock. Without this it is tried again at once, for as long as the page is locked.",
    source: "mm/memory.c, do_swap_page of 7.0 and 7.1.3 (softleaf_entry_wait_on_locked); not in 6.18",
    since: "v7.1",
  },
  {
    name: "hmm-faults-others-private",
    sentence:
      "hmm_range_fault() brings a page back that is in the memory of another device. Without this it fails there.",
    source: "mm/hmm.c, hmm_vma_handle_pte of 6.1, 6.14 and 7.1.3 (is_device_private_entry); not in 5.14",
    since: "v6.4",
  },
  {
    name: "collect-transfers-dirty",
    sentence: "Collecting a page for a move to a device marks the page dirty if its mapping was.",
    source:
      "mm/migrate_device.c, migrate_vma_collect_pmd of 6.1, 6.4, 6.14 and 7.1.3 (folio_mark_dirty), commit fd35ca3d12cc; not in 5.14",
    since: "v6.4",
  },
  {
    name: "collect-flushes-tlb",
    sentence: "Moving a page to a device flushes the CPUs' TLBs before the page is copied.",
    source: "mm/migrate_device.c, migrate_vma_collect_pmd (flush_tlb_range)",
  },
  {
    name: "collect-flushes-under-ptl",
    sentence:
      "Moving a page to a device flushes the CPUs' TLBs before it drops the page-table lock. Without this a zap of the migration entry can return before the flush.",
    source: "mm/migrate_device.c, migrate_vma_collect_pmd of 6.1, 6.4 and 7.1.3; not in 5.14",
    since: "v6.4",
  },
  {
    name: "collect-drops-reference",
    sentence:
      "Moving a page to a device drops its reference to a folio that a PMD maps if it finds the folio locked. Without this the reference is lost, and the folio is never freed.",
    source:
      "mm/migrate_device.c, migrate_vma_collect_huge_pmd of 7.0 and 7.1.5 (folio_trylock); not in migrate_vma_collect_pmd of 5.14, 6.1.192, 6.4.6, 6.8, 6.12.117, 6.14 and 6.18.2",
    since: "v7.1",
    release: [7, 0],
  },
  {
    name: "collect-awaits-moving-pmd",
    sentence:
      "Moving a page to a device waits while its folio is being moved as a whole. Without this it passes over the folio.",
    source:
      "mm/migrate_device.c, migrate_vma_collect_pmd of 6.8, 6.12.117, 6.14 and 6.18.2 (looks again until pte_offset_map_lock, which may fail since 6.5, finds a page table); not in 5.14, 6.1.192, 6.4.6 (pmd_bad), 7.0 (softleaf_entry_wait_on_locked is never reached) and 7.1.5",
    since: "v6.15",
    until: "v7.1",
    release: [6, 5],
  },
  {
    name: "collect-splits-mapped-folio",
    sentence:
      "Moving a page to a device splits a large folio that is mapped page by page. Without this it passes over the pages of such a folio.",
    source:
      "mm/migrate_device.c, migrate_vma_collect_pmd of 7.0 and 7.1.5 (migrate_vma_split_folio); not in 5.14, 6.1.192, 6.4.6, 6.8, 6.12.117, 6.14 and 6.18.2 (PageTransCompound)",
    since: "v7.1",
    release: [7, 0],
  },
  {
    name: "collect-keeps-folio",
    sentence:
      "Moving a page to a device takes a reference to such a folio before it drops the page-table lock. Without this the folio may be freed before it is split.",
    source: "in no version: migrate_vma_split_folio of 7.0 and 7.1.5 takes the reference (folio_get)",
    since: "never",
  },
  {
    name: "device-move-frees-swap",
    sentence:
      "Moving a page to a device first takes the page out of the swap cache. Without this a page in the swap cache is not moved.",
    source:
      "mm/migrate_device.c, migrate_vma_pages of 6.18, 7.0, 7.1.3 and 7.1.5 (folio_free_swap); not in 5.14, 6.1 and 6.4. In 6.14 the move of such a page fails nevertheless, because folio_migrate_mapping expects the reference of the swap cache",
    since: "v6.15",
  },
  {
    name: "device-move-rereads-mapping",
    sentence:
      "After a page that moves to a device was taken out of the swap cache, its mapping is read again. Without this the move passes on a reference of the swap cache that no longer exists.",
    source:
      "mm/migrate_device.c, __migrate_device_pages of 6.12.117 (folio_mapping); not in 6.18, 7.0, 7.1.3 and 7.1.5",
    since: "never",
  },
  {
    name: "device-eviction",
    sentence:
      "A driver can empty the memory of its device: migrate_device_range() collects pages by their numbers. Without this a page comes back only at a fault.",
    source: "mm/migrate_device.c, migrate_device_range of 6.1.192, 6.4.6, 6.14, 6.18.2, 7.0 and 7.1.5; not in 5.14",
    since: "v6.4",
    release: [6, 1],
  },
] as const satisfies readonly Feature[];

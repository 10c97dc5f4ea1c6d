/** Restoring an exclusive entry: the fault, and its notifications to the devices. */
import type { Feature } from "./feature.ts";
import { v8 } from "./sources.ts";

export const restoreExclusiveFeatures = [
  {
    name: "restore-notifies-clear",
    sentence:
      "A fault that restores an exclusive entry announces MMU_NOTIFY_CLEAR. Without this it announces MMU_NOTIFY_EXCLUSIVE without an owner.",
    source: `${v8}, remove_device_exclusive_entry; EXCLUSIVE in 5.14 to 6.14, CLEAR again since commit 720ba85040a6 (v6.15)`,
    since: "v6.15",
    also: ["v8"],
  },
  {
    name: "fault-takes-page-reference",
    sentence:
      "A fault on an exclusive entry takes a reference before it locks the page, and gives up if the page has no reference left.",
    source: "commit 7c7b962938dd (v6.3, 6.1.y)",
    since: "v6.4",
  },
  {
    name: "restore-asserts-anon-exclusive",
    sentence: "Restoring an entry as writable asserts that the page is anonymous and belongs to one mapping alone.",
    source:
      "Linux 6.1, 6.4 and 6.5 mm/memory.c, restore_exclusive_pte (VM_BUG_ON); in 6.8, 6.12.117, 6.13.7 and 6.14 the condition is only true for pages that are not anonymous (VM_BUG_ON_FOLIO)",
    since: "v6.4",
    until: "v6.15",
  },
  {
    name: "restore-recomputes-write",
    sentence:
      "There is one kind of exclusive entry, and restoring it checks VMA and page to decide whether the PTE may be writable. Without this the entry itself records whether it was writable.",
    source: "commits 9a914592140e, c25465eb7630 (v6.15)",
    since: "v6.15",
  },
  {
    name: "restore-notifies",
    sentence: "A fault that restores an exclusive entry invalidates the devices' mappings first.",
    source: `${v8}, remove_device_exclusive_entry`,
  },
  {
    name: "fault-locks-page",
    sentence: "A fault on an exclusive entry holds the page lock while it restores the entry.",
    source: `${v8}, remove_device_exclusive_entry`,
  },
  {
    name: "fault-rechecks-entry",
    sentence: "A fault on an exclusive entry restores the page only if the entry is still the one that the fault read.",
    source: `${v8}, remove_device_exclusive_entry`,
  },
  {
    name: "restore-adds-mapcount",
    sentence: "Restoring an entry adds the mapping that was subtracted when it was made exclusive.",
    source: `${v8}, restore_exclusive_pte; gone with f495bd7e0d9b (v6.15)`,
    until: "v6.15",
  },
  {
    name: "restore-marks-mlocked",
    sentence: "Restoring an entry marks the page as locked into memory if its VMA is locked.",
    source: `${v8}, restore_exclusive_pte (mlock_vma_page); gone with f495bd7e0d9b (v6.15)`,
    until: "v6.15",
  },
  {
    name: "restore-keeps-uffd-wp",
    sentence: "Restoring an entry keeps userfaultfd write protection.",
    source: `${v8}, restore_exclusive_pte`,
  },
  {
    name: "restore-names-owner",
    sentence:
      "If get_user_pages faults on behalf of a device, the fault announces that device as the owner of its EXCLUSIVE event, so the device's driver ignores the event.",
    source: "no version; a question of the review of v8",
    since: "never",
  },
] as const satisfies readonly Feature[];

/** The operations that a scenario's actors can run, as data: for spec files, their schema, `list` and the docs. */

import type { FeatureName } from "../features/catalogue.ts";

/** What can be said about an operation besides its target. */
export const operationAttributes = [
  {
    name: "for",
    values: ["writing", "reading"],
    sentence:
      "What the page is pinned for: DMA that writes to it, which is the default, or DMA that only reads from it.",
  },
  {
    name: "fast",
    values: [false, true],
    sentence: "Whether the call first tries without any lock (pin_user_pages_fast, get_user_pages_fast).",
  },
] as const;

export type AttributeName = (typeof operationAttributes)[number]["name"];

export interface OperationEntry {
  readonly name: string;
  /** Which actors can run the operation. */
  readonly by: "thread" | "engine";
  /**
   * `page`: one page; `pages`: one page or a whole VMA; `vma`: a whole VMA; `process`: a new process's name; `self`:
   * the actor's own process; `move`: a whole VMA and its destination; `page-move`: a page and its destination.
   */
  readonly target: "page" | "pages" | "vma" | "process" | "self" | "move" | "page-move";
  /** The feature without which a kernel does not have the operation. */
  readonly needs?: FeatureName;
  /** The attributes that the operation can have. */
  readonly attributes?: readonly AttributeName[];
  readonly sentence: string;
}

export const operationCatalogue = [
  { name: "load", by: "thread", target: "page", sentence: "Reads from the page: TLB, page walk, page fault." },
  {
    name: "store",
    by: "thread",
    target: "page",
    sentence: "Writes to the page: TLB, page walk, page fault, copy on write.",
  },
  {
    name: "atomic_add",
    by: "thread",
    target: "page",
    sentence: "Reads and writes the page in one locked instruction; faults like a store.",
  },
  {
    name: "fork",
    by: "thread",
    target: "process",
    sentence: "Makes a child process; the child's own actors run once it exists.",
  },
  { name: "munmap", by: "thread", target: "vma", sentence: "Unmaps the VMA; later accesses end in SIGSEGV." },
  {
    name: "madvise_dontneed",
    by: "thread",
    target: "pages",
    sentence: "Zaps the pages under the mmap lock held for reading or, on v7.1, under the lock of the VMA.",
  },
  {
    name: "mlock",
    by: "thread",
    target: "vma",
    sentence: "Locks the VMA into memory: marks the mapped pages, then faults in the rest.",
  },
  {
    name: "munlock",
    by: "thread",
    target: "vma",
    sentence: "Unlocks the VMA: reclaim may take its pages again.",
  },
  {
    name: "mremap",
    by: "thread",
    target: "move",
    sentence: "Moves a VMA of anonymous memory, with the entries of its pages, to the addresses of another VMA.",
  },
  {
    name: "madvise_free",
    by: "thread",
    target: "pages",
    sentence:
      "Gives up the content of the pages (MADV_FREE): reclaim may discard it until the page is written to again.",
  },
  {
    name: "truncate",
    by: "thread",
    target: "vma",
    sentence: "Truncates the file behind a private-file VMA. This also zaps private copies, without the mmap lock.",
  },
  {
    name: "punch_hole",
    by: "thread",
    target: "pages",
    sentence: "Punches a hole into the file behind a private-file VMA. Private copies stay.",
  },
  {
    name: "uffd_wp",
    by: "thread",
    target: "pages",
    sentence: "Arms the pages for userfaultfd write protection (UFFDIO_WRITEPROTECT).",
  },
  {
    name: "uffd_resolve",
    by: "thread",
    target: "pages",
    sentence: "Removes userfaultfd write protection and wakes the blocked writers.",
  },
  {
    name: "pagemap_scan",
    by: "thread",
    target: "pages",
    sentence:
      "Reports which pages were written to, and write-protects them again (PAGEMAP_SCAN with PM_SCAN_WP_MATCHING).",
  },
  {
    name: "uffd_move",
    by: "thread",
    target: "page-move",
    needs: "uffd-move",
    sentence: "Moves a page that belongs to this mapping alone to an empty address (UFFDIO_MOVE).",
  },
  {
    name: "mprotect_read",
    by: "thread",
    target: "vma",
    sentence: "Removes write permission from the VMA (mprotect with PROT_READ).",
  },
  {
    name: "mprotect_write",
    by: "thread",
    target: "vma",
    sentence: "Gives the VMA write permission (mprotect with PROT_READ and PROT_WRITE).",
  },
  {
    name: "clear_refs",
    by: "thread",
    target: "self",
    sentence: "Clears the process's soft-dirty bits and tracks writes from then on (4 into /proc/PID/clear_refs).",
  },
  {
    name: "migrate",
    by: "thread",
    target: "page",
    sentence: "Moves the page that is mapped there to another page, as compaction does.",
  },
  {
    name: "reclaim",
    by: "thread",
    target: "page",
    sentence: "Swaps out the page that is mapped there and frees it, as kswapd does.",
  },
  {
    name: "memory_failure",
    by: "thread",
    target: "page",
    sentence:
      "Handles a hardware error in the page that is mapped there: unmaps it from all processes, and it is never used again.",
  },
  {
    name: "atomic",
    by: "engine",
    target: "page",
    sentence:
      "An atomic operation of the device on the page. If necessary the driver first makes the page exclusive to the device.",
  },
  {
    name: "exit",
    by: "thread",
    target: "self",
    sentence: "Ends the process: its other threads begin no new operation, and its address space is torn down.",
  },
  {
    name: "oom_reap",
    by: "thread",
    target: "self",
    sentence: "The out-of-memory reaper: zaps the whole process, but never waits.",
  },
  {
    name: "khugepaged",
    by: "thread",
    target: "page",
    sentence: "A read fault, as khugepaged makes it at an entry that it takes for that of a swapped-out page.",
  },
  {
    name: "collapse",
    by: "thread",
    target: "vma",
    sentence: "Collapses the two pages of the VMA to one folio that a PMD maps (khugepaged, MADV_COLLAPSE).",
  },
  {
    name: "pin",
    by: "thread",
    target: "page",
    attributes: ["for", "fast"],
    sentence: "Pins the page for DMA (pin_user_pages), unless the actor has already pinned it.",
  },
  {
    name: "dma_store",
    by: "thread",
    target: "page",
    sentence: "Writes to the page that the actor pinned there, through no page table.",
  },
  {
    name: "dma_load",
    by: "thread",
    target: "page",
    sentence: "Reads from the page that the actor pinned there or has a reference to, through no page table.",
  },
  { name: "unpin", by: "thread", target: "page", sentence: "Unpins the page that the actor pinned there." },
  {
    name: "get",
    by: "thread",
    target: "page",
    attributes: ["fast"],
    sentence: "Takes a reference to the page in order to read from it, as vmsplice does, unless the actor has one.",
  },
  { name: "put", by: "thread", target: "page", sentence: "Drops the reference that the actor took there with get." },
  {
    name: "ksm_merge",
    by: "thread",
    target: "vma",
    sentence: "Merges the first two pages of the VMA if their content is the same (KSM).",
  },
  {
    name: "uprobe_replace",
    by: "thread",
    target: "page",
    sentence:
      "Removes a uprobe's breakpoint from a private copy of a file's page: replaces the page or, on v7.1, changes it in place.",
  },
  {
    name: "device_load",
    by: "engine",
    target: "page",
    sentence: "The device reads from the page. If necessary the driver maps the page for it (hmm_range_fault).",
  },
  {
    name: "device_store",
    by: "engine",
    target: "page",
    sentence: "The device writes to the page. If necessary the driver maps the page for it (hmm_range_fault).",
  },
  {
    name: "migrate_to_device",
    by: "engine",
    target: "page",
    sentence: "The driver moves the page to the memory of its device (migrate_vma) and maps it on the device.",
  },
  {
    name: "evict_from_device",
    by: "engine",
    target: "page",
    needs: "device-eviction",
    sentence: "The driver empties the page's place in the memory of its device (migrate_device_range).",
  },
] as const satisfies readonly OperationEntry[];

export type OperationName = (typeof operationCatalogue)[number]["name"];

export function findOperation(name: string): OperationEntry | undefined {
  return operationCatalogue.find((entry) => entry.name === name);
}

/**
 * Operations whose effect on files is not modelled, or (`madvise_free`) not possible. Up to v5.18 vma_can_userfault()
 * refuses write protection of all private mappings of files. Later kernels allow it for tmpfs, and since v6.7 for all
 * files (WP_ASYNC). Zapping leaves markers there, which are not modelled.
 */
export const onlyAnonymous: readonly string[] = [
  "madvise_free",
  "mlock",
  "munlock",
  "mremap",
  "uffd_wp",
  "uffd_resolve",
  "pagemap_scan",
  "uffd_move",
  "memory_failure",
  "migrate_to_device",
  "evict_from_device",
];

/**
 * Operations that are not modelled beside others in a scenario, and those others. The inode's lock keeps truncation and
 * hole punching apart. Migration and reclaim treat a page with an error in ways of their own, and MADV_FREE removes
 * hwpoison entries. Where a page belongs after UFFDIO_MOVE is known for few other operations.
 */
export const notBeside: Readonly<Record<string, readonly string[]>> = {
  punch_hole: ["truncate"],
  uffd_move: ["mremap", "ksm_merge", "memory_failure", "migrate_to_device", "evict_from_device"],
  memory_failure: ["migrate", "reclaim", "madvise_free", "ksm_merge", "migrate_to_device", "evict_from_device"],
};

/** Operations that are modelled for a folio that is mapped as a whole. */
export const alsoPmdMapped: readonly string[] = [
  "load",
  "store",
  "atomic_add",
  "fork",
  "munmap",
  "madvise_dontneed",
  "mprotect_read",
  "mprotect_write",
  "uffd_wp",
  "uffd_resolve",
  "pagemap_scan",
  "clear_refs",
  "mlock",
  "munlock",
  "mremap",
  "madvise_free",
  "migrate",
  "reclaim",
  "memory_failure",
  "exit",
  "oom_reap",
  "collapse",
  "pin",
  "dma_store",
  "dma_load",
  "unpin",
  "get",
  "put",
  "atomic",
  "device_load",
  "device_store",
  "migrate_to_device",
  "evict_from_device",
];

/** Operations on files only. */
export const onlyFiles: readonly string[] = ["truncate", "punch_hole", "uprobe_replace"];

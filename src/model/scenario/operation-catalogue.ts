/** The operations that a scenario's actors can run, as data: for spec files, their schema, `list` and the docs. */

export interface OperationEntry {
  readonly name: string;
  /** Which actors can run it. */
  readonly by: "thread" | "engine";
  /**
   * `page`: one page; `pages`: one page or a whole VMA; `vma`: a whole VMA; `process`: a new process's name; `self`: the
   * actor's own process; `move`: a whole VMA and where it goes.
   */
  readonly target: "page" | "pages" | "vma" | "process" | "self" | "move";
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
    sentence: "Zaps the pages under the mmap lock held for reading.",
  },
  {
    name: "mlock",
    by: "thread",
    target: "vma",
    sentence: "Locks the VMA into memory: marks what is mapped, then faults the rest in.",
  },
  {
    name: "munlock",
    by: "thread",
    target: "vma",
    sentence: "Ends that: reclaim may take the pages again.",
  },
  {
    name: "mremap",
    by: "thread",
    target: "move",
    sentence: "Moves a VMA of anonymous memory to the addresses of another, with the entries of its pages.",
  },
  {
    name: "madvise_free",
    by: "thread",
    target: "pages",
    sentence: "Gives up what the pages hold (MADV_FREE): reclaim may discard them until somebody writes again.",
  },
  {
    name: "truncate",
    by: "thread",
    target: "vma",
    sentence: "Truncates the file behind a private-file VMA, which zaps private copies too, without the mmap lock.",
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
    sentence: "Takes userfaultfd write protection away and wakes the blocked writers.",
  },
  {
    name: "mprotect_read",
    by: "thread",
    target: "vma",
    sentence: "Takes write permission away from the VMA (mprotect with PROT_READ).",
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
    sentence: "Moves the page that is mapped there to another one, as compaction does.",
  },
  {
    name: "reclaim",
    by: "thread",
    target: "page",
    sentence: "Swaps the page that is mapped there out and frees it, as kswapd does.",
  },
  {
    name: "atomic",
    by: "engine",
    target: "page",
    sentence: "An atomic operation of the device on the page, which it first makes its own where needed.",
  },
  {
    name: "exit",
    by: "thread",
    target: "self",
    sentence: "Ends the process: its other threads begin nothing more, and its address space is taken down.",
  },
  {
    name: "oom_reap",
    by: "thread",
    target: "self",
    sentence: "The reaper of a process that is out of memory: zaps all of it, but waits for nobody.",
  },
  {
    name: "khugepaged",
    by: "thread",
    target: "page",
    sentence: "What khugepaged does with an entry that it takes for a swapped-out page: a read fault.",
  },
  {
    name: "pin",
    by: "thread",
    target: "page",
    sentence:
      "Pins the page for DMA that writes to it (pin_user_pages with FOLL_WRITE), unless the actor has it pinned.",
  },
  {
    name: "dma_store",
    by: "thread",
    target: "page",
    sentence: "Writes to what the actor pinned there, by no page table.",
  },
  { name: "unpin", by: "thread", target: "page", sentence: "Lets go of what the actor pinned there." },
  {
    name: "ksm_merge",
    by: "thread",
    target: "vma",
    sentence: "Merges the VMA's first two pages, if what they hold is the same (KSM).",
  },
  {
    name: "uprobe_replace",
    by: "thread",
    target: "page",
    sentence: "Replaces a private copy of a file's page by one without the breakpoint of a uprobe.",
  },
  {
    name: "device_load",
    by: "engine",
    target: "page",
    sentence: "The device reads from the page, which its driver maps for it where needed (hmm_range_fault).",
  },
  {
    name: "device_store",
    by: "engine",
    target: "page",
    sentence: "The device writes to the page, which its driver maps for it where needed (hmm_range_fault).",
  },
] as const satisfies readonly OperationEntry[];

export type OperationName = (typeof operationCatalogue)[number]["name"];

export function findOperation(name: string): OperationEntry | undefined {
  return operationCatalogue.find((entry) => entry.name === name);
}

/**
 * Operations whose work on files is not modelled, or (`madvise_free`) not possible. vma_can_userfault() lets userfaultfd
 * write-protect no private mapping of a file up to v5.18, later one of tmpfs, and since v6.7 any (WP_ASYNC). Zapping
 * leaves markers there, which are not modelled.
 */
export const onlyAnonymous: readonly string[] = [
  "madvise_free",
  "mlock",
  "munlock",
  "mremap",
  "uffd_wp",
  "uffd_resolve",
];

/** Operations that are not modelled for folios of two pages. */
export const onlySinglePages: readonly string[] = [
  "madvise_free",
  "mlock",
  "munlock",
  "mremap",
  "reclaim",
  "ksm_merge",
];

/** Operations that are modelled for a folio that is mapped as a whole; of such memory MADV_DONTNEED gives up all. */
export const alsoPmdMapped: readonly string[] = [
  "load",
  "store",
  "atomic_add",
  "munmap",
  "madvise_dontneed",
  "exit",
  "oom_reap",
  "pin",
  "dma_store",
  "unpin",
  "atomic",
  "device_load",
  "device_store",
];

/** Operations on files only. */
export const onlyFiles: readonly string[] = ["truncate", "uprobe_replace"];

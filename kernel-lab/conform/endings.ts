/**
 * How the model says that an operation failed. It has no errno; but it has the step in which the kernel finds what is
 * wrong. Each row names such a step, or what the step says, and what the caller gets then. The first row that a run
 * meets counts. A run that meets none ends well.
 */
import type { OperationName } from "../../src/model/scenario/operation-catalogue.ts";
import type { Ending } from "../observation.ts";

/** How an operation ends in the model. */
export type ModelEnding =
  | Ending
  /** Agrees with every ending of the kernel. */
  | { readonly kind: "unknown" }
  /** The operation waits for ever. Agrees with no ending. */
  | { readonly kind: "waits"; readonly at: string };

export interface EndingRow {
  /** Undefined: in whatever operation the step occurs. */
  readonly operations?: readonly OperationName[];
  readonly procedure: string;
  /** How the step's label begins. */
  readonly label: string;
  /** The label does not go on. */
  readonly wholly?: true;
  /** What the step says of its outcome, with `...` for each value; undefined if the step always means this ending. */
  readonly says?: string;
  readonly ending: Exclude<ModelEnding, { kind: "waits" }>;
}

const error = (errno: string) => ({ kind: "error", errno }) as const;
const signal = (name: string) => ({ kind: "signal", signal: name }) as const;
const unknown = { kind: "unknown" } as const;
const lockedVma = "finds the VMA locked into memory";
const cpuAccesses: readonly OperationName[] = ["load", "store", "atomic_add"];
const poisonedEntry = {
  procedure: "handle_pte_fault",
  label: "read orig_pte",
  says: "finds that the memory of the page has failed: SIGBUS",
};

export const endingRows: readonly EndingRow[] = [
  // arch/x86/mm/fault.c bad_area(), do_sigbus()
  { procedure: "do_user_addr_fault", label: "bad_area", ending: signal("SIGSEGV") },
  {
    operations: cpuAccesses,
    procedure: "do_fault",
    label: "find_get_page",
    says: "finds no page in the page cache",
    ending: signal("SIGBUS"),
  },
  {
    operations: cpuAccesses,
    procedure: "do_fault",
    label: "check truncation",
    says: "sees that ... was truncated: gives up",
    ending: signal("SIGBUS"),
  },
  // mm/memory.c do_swap_page(): VM_FAULT_HWPOISON. vm_fault_to_errno() makes EFAULT of it without FOLL_HWPOISON.
  { operations: cpuAccesses, ...poisonedEntry, ending: signal("SIGBUS") },
  { operations: ["get", "pin"], ...poisonedEntry, ending: error("EFAULT") },
  // mm/madvise.c madvise_walk_vmas(): ENOMEM for a hole; madvise_dontneed_free_valid_vma() refuses VM_LOCKED.
  { procedure: "madvise_dontneed", label: "mmap_read_lock", says: "finds no VMA", ending: error("ENOMEM") },
  { procedure: "madvise_dontneed", label: "mmap_read_lock", says: lockedVma, ending: error("EINVAL") },
  { procedure: "madvise_free_single_vma", label: "mmap_read_lock", says: "finds no VMA", ending: error("ENOMEM") },
  { procedure: "madvise_free_single_vma", label: "mmap_read_lock", says: lockedVma, ending: error("EINVAL") },
  // mm/mlock.c apply_vma_lock_flags(), mm/mprotect.c do_mprotect_pkey(): ENOMEM for a hole.
  { procedure: "do_mlock", label: "mmap_write_lock", says: "finds no VMA", ending: error("ENOMEM") },
  { procedure: "munlock", label: "mmap_write_lock", says: "finds no VMA", ending: error("ENOMEM") },
  { procedure: "mprotect_fixup", label: "mmap_write_lock", says: "finds no VMA", ending: error("ENOMEM") },
  // mm/mremap.c vma_to_resize()
  { procedure: "move_vma", label: "mmap_write_lock", says: "finds no VMA", ending: error("EFAULT") },
  // mm/gup.c check_vma_flags(), __get_user_pages()
  ...["get_user_pages_fast", "pin_user_pages", "pin_user_pages_fast"].map((procedure) => ({
    procedure,
    label: "follow_page_pte",
    says: "finds no VMA that allows the access",
    ending: error("EFAULT"),
  })),
  // mm/userfaultfd.c mwriteprotect_range()
  {
    procedure: "mwriteprotect_range",
    label: "mmap_read_lock",
    says: "finds no userfaultfd in the VMA: fails",
    ending: error("ENOENT"),
  },
  { procedure: "mwriteprotect_range", label: "mmap_read_lock", says: "finds no VMA", ending: error("ENOENT") },
  {
    procedure: "uffd_wp_resolve",
    label: "mmap_read_lock",
    says: "finds no userfaultfd in the VMA: fails",
    ending: error("ENOENT"),
  },
  { procedure: "uffd_wp_resolve", label: "mmap_read_lock", says: "finds no VMA", ending: error("ENOENT") },
  // mm/hmm.c hmm_vma_fault(): EPERM for a write that the VMA forbids. lib/test_hmm.c passes it on.
  {
    procedure: "hmm_range_fault",
    label: "hmm_vma_handle_pte",
    says: "finds that the VMA may not be written",
    ending: error("EPERM"),
  },
  { procedure: "device_load", label: "cancel", ending: error("EFAULT") },
  { procedure: "device_store", label: "cancel", ending: error("EFAULT") },
  // lib/test_hmm.c dmirror_exclusive(): EBUSY whatever make_device_exclusive_range() says.
  { procedure: "device_atomic", label: "cancel", ending: error("EBUSY") },
  // fs/proc/task_mmu.c pagemap_scan_test_walk()
  {
    procedure: "do_pagemap_scan",
    label: "mmap_read_lock",
    says: "finds no asynchronous write protection in the VMA: fails",
    ending: error("EPERM"),
  },
  // lib/test_hmm.c dmirror_migrate_to_device()
  {
    operations: ["migrate_to_device"],
    procedure: "dmirror_migrate_to_device",
    label: "mmap_read_lock",
    says: "finds no VMA",
    ending: error("EINVAL"),
  },
  // mm/madvise.c madvise_walk_vmas(). mm/khugepaged.c madvise_collapse_errno() has an errno for each reason to give up.
  { procedure: "collapse_huge_page", label: "mmap_read_lock", says: "finds no VMA", ending: error("ENOMEM") },
  {
    procedure: "collapse_huge_page",
    label: "mmap_read_lock",
    says: "finds nothing to collapse in the VMA",
    ending: unknown,
  },
  { procedure: "collapse_huge_page", label: "hpage_collapse_scan_pmd", says: "gives up", ending: unknown },
  { procedure: "collapse_huge_page", label: "folio_put", wholly: true, ending: unknown },
  // The step does not tell why.
  { operations: ["mlock"], procedure: "__mm_populate", label: "mmap_read_unlock at ", ending: unknown },
  { operations: ["fork"], procedure: "dup_mmap", label: "mmput", ending: unknown },
];

/** Operations whose end says nothing that the model has. */
export const endsUnknown: readonly { readonly operation: OperationName; readonly because: string }[] = [
  { operation: "migrate", because: "move_pages() answers for each page, and tries again what the model tries once" },
  { operation: "reclaim", because: "MADV_PAGEOUT succeeds whatever becomes of the page" },
  { operation: "memory_failure", because: "the program that asks for it does not learn what became of the page" },
  { operation: "uffd_move", because: "the model does not say why a page cannot be moved" },
  { operation: "ksm_merge", because: "ksmd is asked through a file, which answers nothing" },
  { operation: "dma_store", because: "without a pin nothing is asked of the kernel" },
  { operation: "unpin", because: "without a pin nothing is asked of the kernel" },
];

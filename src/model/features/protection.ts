/** mprotect() and mlock(), and what userfaultfd does through the functions of mprotect(). */
import type { Feature } from "./feature.ts";
import { v8 } from "./sources.ts";

export const protectionFeatures = [
  {
    name: "protection-demotes-exclusive",
    sentence:
      "mprotect() and UFFDIO_WRITEPROTECT make every writable exclusive entry a read-only one, even when they grant write permission.",
    source: `${v8}; Linux 5.14, 6.1, 6.4 and 6.14, change_pte_range; gone with c25465eb7630 (v6.15)`,
    until: "v6.15",
  },
  {
    name: "protection-demotes-migration",
    sentence:
      "mprotect() and UFFDIO_WRITEPROTECT make every writable migration entry a read-only one, even when they grant write permission.",
    source: "Linux 5.14, 6.1, 6.4, 6.14, 6.18 and 7.0 mm/mprotect.c, change_pte_range",
  },
  {
    name: "mprotect-needs-change",
    sentence: "If mprotect() changes no permission, it returns at once and notifies no device.",
    source: "Linux 5.14, 6.1, 6.4, 6.14 and 7.0 mm/mprotect.c, mprotect_fixup (newflags == oldflags)",
  },
  {
    name: "mprotect-populates-locked",
    sentence:
      "If mprotect() makes a locked VMA writable, it populates the VMA with write faults before it drops the mmap lock.",
    source: "Linux 5.14, 6.1, 6.4, 6.14 and 7.0 mm/mprotect.c, mprotect_fixup (populate_vma_page_range)",
  },
  {
    name: "mlock-populates-read-only",
    sentence:
      "If the VMA is read-only when mlock() populates it, mlock() populates it with read faults. Without this it populates nothing there.",
    source: "Linux 5.14, 6.1, 6.4, 6.14 and 7.0 mm/gup.c, populate_vma_page_range (FOLL_WRITE)",
  },
  {
    name: "mlock-marks-folios",
    sentence:
      "mlock(), the fault that allocates a folio and reclaim mark a large folio in a locked VMA if all of it is mapped there. Removing any of these mappings removes the mark. Without this, a large folio that is mapped page by page is never marked.",
    source:
      "mm/mlock.c, mm/internal.h and mm/rmap.c of 6.8, 6.12.117, 6.13.7, 6.14, 6.18 and 7.1.5: allow_mlock_munlock, munlock_vma_folio, folio_referenced_one, in 6.18 also try_to_unmap_one; not in 5.14 (follow_page_pte), 6.1 and 6.4 (mlock_vma_folio)",
    since: "v6.15",
  },
  {
    name: "mprotect-flushes-tlb",
    sentence: "Changing the protection of entries flushes the CPUs' TLBs before it ends.",
    source: "mm/mprotect.c, change_protection_range (flush_tlb_range; since v5.18 mmu_gather)",
  },
  {
    name: "protection-restores-write",
    sentence: "Restoring write permission makes entries writable at once if no rule forbids it.",
    source: "Linux 6.1 mm/mprotect.c, can_change_pte_writable",
    since: "v6.4",
  },
  {
    name: "protection-restores-clean",
    sentence: "Clean entries become writable without a fault too. Without this only dirty ones do.",
    source: "mm/mprotect.c of 6.4, 6.5, 6.12, 6.14 and 6.18, can_change_pte_writable; 6.1 asks for pte_dirty()",
    since: "v6.4",
  },
  {
    name: "protection-flushes-by-gather",
    sentence:
      "mprotect() and userfaultfd flush the CPUs' TLBs only if the permission of a present entry changed, or if another change of the address space has yet to be flushed (mm_tlb_flush_nested). Without this they flush if any entry changed.",
    source:
      "mm/mprotect.c of 6.1, 6.4, 6.14 and 6.18, change_pte_range (pte_needs_flush, tlb_flush_pte_range), mm/mmu_gather.c, tlb_finish_mmu (mm_tlb_flush_nested); in 5.14 change_protection_range (pages)",
    since: "v6.4",
  },
  {
    name: "protection-flushes-batched",
    sentence:
      "mprotect() and userfaultfd carry out the flushes that reclaim or migration has deferred (flush_tlb_batched_pending), for all kinds of entries.",
    source: "mm/mprotect.c of 5.14, 6.1, 6.4, 6.14 and 6.18, change_pte_range",
  },
] as const satisfies readonly Feature[];

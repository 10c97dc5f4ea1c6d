/** Zapping: munmap(), truncation, MADV_DONTNEED and the out-of-memory reaper. */
import type { Feature } from "./feature.ts";
import { merged, v8 } from "./sources.ts";

export const zapFeatures = [
  {
    name: "zap-flushes-batched",
    sentence: "Zapping carries out the flushes that reclaim or migration has deferred (flush_tlb_batched_pending).",
    source: "mm/memory.c of 5.14, 6.1, 6.4, 6.14 and 6.18, zap_pte_range",
  },
  {
    name: "zap-restores-exclusive",
    sentence: "Zapping an exclusive entry first restores the entry, under the page lock, as a fault does.",
    source: "no version; a question of the review of v10",
    since: "never",
  },
  {
    name: "zap-flushes-tlb",
    sentence: "Zapping flushes the CPUs' TLBs before the pages are freed.",
    source: `mm/memory.c, mmu_gather; ${merged}`,
  },
  {
    name: "zap-expects-anonymous-vma",
    sentence:
      "Zapping an exclusive entry warns if its VMA maps a file, as if no copy of a file's page could be exclusive.",
    source:
      "commit 999dad824c39 (v5.19); zap_pte_range of Linux 6.4, zap_nonpresent_ptes of 6.14, 6.18 and 7.0; none in 5.14, and only for folios that are not anonymous in 6.1.192, 6.12.117 and 7.1",
    since: "v6.4",
    until: "v7.1",
  },
  {
    name: "truncate-takes-swap-entries",
    sentence:
      "Truncating a file also removes private copies of its pages that are swapped out or being moved. Earlier kernels left their entries in place.",
    source: "commit 5abfd71d936a (v5.18); zap_pte_range of Linux 5.14 (details) and 6.4 (should_zap_cows)",
    since: "v6.4",
  },
  {
    name: "zap-frees-page-table",
    sentence:
      "MADV_DONTNEED of all that a PMD can map frees the page table if it is empty. Without this the page table stays.",
    source: "mm/memory.c of 6.14, 6.18.2 and 7.1.5, zap_pte_range (CONFIG_PT_RECLAIM); not in 6.12.117 and 6.13.7",
    since: "v6.15",
    release: [6, 14],
  },
  {
    name: "munmap-downgrades",
    sentence:
      "munmap() takes the VMA out of the process's tree and then zaps with the mmap lock held only for reading. Before v4.20 it held the lock for writing.",
    source:
      "commit dd2283f2605e (v4.20); __do_munmap of Linux 5.14, do_vmi_align_munmap of 6.4, vms_complete_munmap_vmas of 6.14 and 6.18",
  },
  {
    name: "oom-reap-takes-locked",
    sentence: "The out-of-memory reaper takes the pages of locked VMAs, too.",
    source: "commit a213e5cf71cb (v5.18); __oom_reap_task_mm of Linux 5.14 (can_madv_lru_vma) and 6.4",
    since: "v6.4",
  },
  {
    name: "zap-updates-rss",
    sentence: "Zapping an exclusive entry subtracts its page from the rss counter.",
    source: `${v8}, zap_pte_range`,
  },
] as const satisfies readonly Feature[];

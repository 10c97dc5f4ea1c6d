/** Clearing soft-dirty bits (/proc/PID/clear_refs). */
import type { Feature } from "./feature.ts";

export const softDirtyFeatures = [
  {
    name: "clear-refs-protects",
    sentence: "Clearing soft-dirty bits removes write permission from present entries, so that the next write faults.",
    source: "fs/proc/task_mmu.c, clear_soft_dirty",
  },
  {
    name: "clear-refs-flushes-tlb",
    sentence: "Clearing soft-dirty bits flushes the CPUs' TLBs before it ends.",
    source: "fs/proc/task_mmu.c, clear_refs_write",
  },
  {
    name: "clear-refs-skips-pinned",
    sentence: "If a page may be pinned for DMA, clearing soft-dirty bits leaves its writable entry alone.",
    source: "commit 9348b73c2e1b (v5.11), clear_soft_dirty",
  },
] as const satisfies readonly Feature[];

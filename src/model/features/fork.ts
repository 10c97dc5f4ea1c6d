/** fork(): which entries it copies, which it restores, and what it waits for. */
import type { Feature } from "./feature.ts";
import { v8 } from "./sources.ts";

export const forkFeatures = [
  {
    name: "fork-waits-for-page-lock",
    sentence:
      "If an exclusive page is locked, fork() drops its page-table locks and waits. Without this it fails with ENOMEM.",
    source: `${v8}, copy_pte_range`,
    since: "never",
    also: ["v8"],
  },
  {
    name: "fork-restores-lazily",
    sentence:
      "fork() restores an exclusive entry in lazy MMU mode, in which the write may be deferred, and then reads the entry.",
    source: "mm/memory.c, copy_pte_range (arch_enter_lazy_mmu_mode): some architectures, Xen; not x86 by itself",
    since: "never",
  },
  {
    name: "fork-only-tries-page-lock",
    sentence: "fork() never waits for a page lock while it holds page-table locks.",
    source: "try_restore_exclusive_pte and copy_nonpresent_pte, commit b756a3b5e7ea (v5.14)",
  },
  {
    name: "fork-counts-swap-entry",
    sentence: "fork() counts the child's swap entry for its slot.",
    source: "mm/memory.c, copy_nonpresent_pte (swap_duplicate)",
  },
  {
    name: "fork-clears-swap-exclusive",
    sentence:
      "fork() clears the bit of a swap entry that says that its page belongs to one mapping alone (pte_swp_exclusive).",
    source: "commit 1493a1913e34 (v5.19), copy_nonpresent_pte",
    since: "v6.4",
  },
  {
    name: "fork-copies-pinned",
    sentence: "fork() at once copies a page that may be pinned for DMA, and leaves the original to the parent.",
    source: "commit 70e806e4e645 (v5.9), copy_present_page",
  },
  {
    name: "fork-clears-uffd-wp",
    sentence:
      "fork() clears the uffd-wp bit in the child's entries, where it means nothing. Without this the bit stays there.",
    source:
      "commit 8f34f1eac382 (v5.14), copy_present_pte and copy_nonpresent_pte; earlier kernels check the parent's VMA",
    except: ["v8"],
  },
  {
    name: "fork-flushes-tlb",
    sentence: "fork() flushes the parent's TLB entries before the child can run.",
    source: "kernel/fork.c, dup_mmap (flush_tlb_mm)",
  },
  {
    name: "fork-undoes-copies-locked",
    sentence:
      "If fork() fails, the copies made for the child are torn down while both mmap locks are held. Without this they are torn down after the locks are dropped.",
    source: "dup_mmap of 7.0 and 7.1 (unmap_region, tear_down_vmas); 6.18 leaves it to exit_mmap",
    since: "v7.1",
  },
] as const satisfies readonly Feature[];

/** The locks of VMAs, which let faults run beside an operation that changes another VMA. */
import type { Feature } from "./feature.ts";

export const vmaLockFeatures = [
  {
    name: "per-vma-locks",
    sentence:
      "A CPU's fault first tries the lock of its VMA, and takes the mmap lock if that fails. An operation that changes a VMA marks the VMA as locked for writing.",
    source:
      "lock_vma_under_rcu and vma_start_write, mm/memory.c and include/linux/mm.h of Linux 6.4, 6.12 and 6.14, mm/mmap_lock.c of 6.18 and 7.1; none in 6.1",
    since: "v6.4",
  },
  {
    name: "fork-locks-vmas",
    sentence: "fork() marks each VMA as locked for writing before it copies the VMA.",
    source: "commit fb49c455323f (v6.4.3), dup_mmap; none in 6.4.0",
    since: "v6.4",
  },
  {
    name: "clear-refs-locks-vmas",
    sentence:
      "Clearing soft-dirty bits marks every VMA as locked for writing before it changes entries there. Earlier kernels mark only VMAs that they begin to track.",
    source:
      "commit 49b0638502da (v6.5), clear_refs_walk_ops (PGWALK_WRLOCK) of Linux 6.8, 6.12, 6.13, 6.14 and 7.1; none in 6.4.6",
    since: "v6.15",
  },
  {
    name: "vma-lock-serves-all-faults",
    sentence:
      "A fault under the lock of a VMA also handles files, userfaultfd, VMAs without an anon_vma, and entries that are not present. Without this the mmap lock is taken for these.",
    source:
      "lock_vma_under_rcu and do_swap_page of Linux 6.12, 6.13, 6.14, 6.18 and 7.1; not in 6.4; in parts from 6.6 on (6.8: not without an anon_vma)",
    since: "v6.15",
  },
  {
    name: "vma-lock-only-tries-mmap-lock",
    sentence:
      "A fault under the lock of a VMA that needs an anon_vma only tries the mmap lock. If another actor holds it, the fault starts over under the mmap lock.",
    source:
      "__vmf_anon_prepare, mm/memory.c of Linux 6.12, 6.13, 6.14, 6.18, 7.0 and 7.1; in 6.4 such a fault takes the mmap lock at once, in 6.8 it starts over",
    since: "v6.15",
  },
  {
    name: "madvise-takes-vma-lock",
    sentence:
      "MADV_DONTNEED and MADV_FREE try the lock of their VMA, and take the mmap lock for reading if that fails or if userfaultfd is used. Without this they take the mmap lock.",
    source: "try_vma_read_lock and get_lock_mode, mm/madvise.c of Linux 6.18, 7.0 and 7.1; not in 6.14",
    since: "v7.1",
  },
  {
    name: "fork-waits-killably",
    sentence: "A fatal signal ends fork()'s wait for the lock of a VMA, and fork() fails.",
    source: "vma_start_write_killable, dup_mmap of Linux 7.0 and 7.1; 6.18 waits uninterruptibly",
    since: "v7.1",
  },
] as const satisfies readonly Feature[];

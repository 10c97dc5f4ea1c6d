/** Drivers, their notifiers and devices. */
import type { Feature } from "./feature.ts";

export const driverFeatures = [
  {
    name: "nouveau-hears-of-release",
    sentence: "Nouveau's ordinary notifier removes all mappings from the device when the address space goes away.",
    source: "no version: nouveau_mn_ops has no release, and mn_hlist_release forgets the notifier",
    since: "never",
  },
  {
    name: "nonblock-failure-ends-invalidation",
    sentence:
      "If an ordinary notifier refuses an invalidation that must not block, the invalidation is ended, as it is if an interval notifier refuses. Without this it stays open for ever.",
    source: "no version: mm/mmu_notifier.c, __mmu_notifier_invalidate_range_start",
    since: "never",
  },
  {
    name: "hmm-drops-mmap-lock",
    sentence:
      "A fault of hmm_range_fault() may drop the mmap lock in order to wait, for example for userspace. The driver then takes the lock again and goes on with the same sequence number.",
    source:
      "no version: hmm_range_fault_unlockable(), under discussion in 2026; mm/hmm.c, hmm_vma_fault, asks for no retry",
    since: "never",
  },
  {
    name: "driver-begins-before-make",
    sentence: "The driver begins to read its sequence number before it makes the page exclusive, rather than after.",
    source: "nouveau_atomic_range_fault, commit 8f187163eb89 (v5.14)",
  },
  {
    name: "driver-maps-under-mutex",
    sentence: "The driver compares its sequence number and maps the page under the mutex that its notifier takes.",
    source: "nouveau_atomic_range_fault, commit 8f187163eb89 (v5.14)",
  },
  {
    name: "driver-maps-before-unlock",
    sentence: "The driver keeps the page locked until the device has its mapping.",
    source: "nouveau_atomic_range_fault, dmirror_exclusive",
  },
  {
    name: "driver-rechecks-sequence",
    sentence:
      "The driver programs the device only if no invalidation has come since it began (mmu_interval_read_retry).",
    source: "nouveau_atomic_range_fault, commit 8f187163eb89 (v5.14)",
  },
  {
    name: "driver-gives-up",
    sentence: "A driver that has to start over repeatedly gives up after a second.",
    source: "nouveau_atomic_range_fault and nouveau_range_fault, HMM_RANGE_DEFAULT_TIMEOUT",
  },
  {
    name: "second-invalidation-waits",
    sentence:
      "If another invalidation of the same subscription is between its two passes, an invalidation waits for the device in its own first pass. Without this it leaves the wait to its second pass.",
    source: "drivers/gpu/drm/xe/xe_userptr.c of 7.1.3, xe_vma_userptr_do_inval (finish_inuse)",
  },
  {
    name: "device-invalidation-waits",
    sentence: "Invalidating the device's TLB waits for the device's current accesses.",
    source: "nouveau, PFNCLR method",
  },
] as const satisfies readonly Feature[];

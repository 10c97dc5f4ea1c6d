/**
 * What differs between kernels, as named features. A row says what the feature is, where that is known from, and which
 * versions have it; `always` are parts of the protocol that every version has and a scenario can take away, to see what
 * they are there for.
 */

export const kernelVersions = ["v8", "v5.14", "v6.4"] as const;
export type KernelVersion = (typeof kernelVersions)[number];

export interface Feature {
  readonly name: string;
  readonly sentence: string;
  readonly source: string;
  readonly in: readonly KernelVersion[] | "always";
}

const v8 = "patch v8 5/8, 2021-04-07";
const merged = "commit b756a3b5e7ea (v5.14)";

export const features = [
  {
    name: "fork-waits-for-page-lock",
    sentence:
      "fork() drops its page-table locks and waits where an exclusive page is locked; otherwise it fails with ENOMEM.",
    source: `${v8}, copy_pte_range`,
    in: ["v8"],
  },
  {
    name: "restore-notifies-clear",
    sentence:
      "A fault that restores an exclusive entry announces MMU_NOTIFY_CLEAR; otherwise MMU_NOTIFY_EXCLUSIVE without an owner.",
    source: `${v8}, remove_device_exclusive_entry; changed in v9`,
    in: ["v8"],
  },
  {
    name: "fault-takes-page-reference",
    sentence:
      "A fault on an exclusive entry takes a reference before it locks the page, and gives up where there is none to take.",
    source: "commit 7c7b962938dd (v6.4, 6.1.y)",
    in: ["v6.4"],
  },
  {
    name: "restore-notifies",
    sentence: "A fault that restores an exclusive entry invalidates the devices' mappings first.",
    source: `${v8}, remove_device_exclusive_entry`,
    in: "always",
  },
  {
    name: "fault-locks-page",
    sentence: "A fault on an exclusive entry holds the page lock while it restores the entry.",
    source: `${v8}, remove_device_exclusive_entry`,
    in: "always",
  },
  {
    name: "fault-rechecks-entry",
    sentence: "A fault on an exclusive entry restores the page only if the entry is still the one it saw.",
    source: `${v8}, remove_device_exclusive_entry`,
    in: "always",
  },
  {
    name: "restore-adds-mapcount",
    sentence: "Restoring an entry adds the mapping that making it exclusive took away.",
    source: `${v8}, restore_exclusive_pte`,
    in: "always",
  },
  {
    name: "restore-keeps-uffd-wp",
    sentence: "Restoring an entry keeps userfaultfd write protection.",
    source: `${v8}, restore_exclusive_pte`,
    in: "always",
  },
  {
    name: "conversion-flushes-tlb",
    sentence:
      "Making an entry exclusive flushes the CPUs' TLBs between clearing the old entry and writing the new one.",
    source: `${v8}, try_to_protect_one (ptep_clear_flush)`,
    in: "always",
  },
  {
    name: "conversion-keeps-reference",
    sentence: "An exclusive entry holds a reference to its page.",
    source: `${v8}, try_to_protect_one (get_page)`,
    in: "always",
  },
  {
    name: "conversion-keeps-soft-dirty",
    sentence: "Making an entry exclusive keeps its soft-dirty bit.",
    source: `${v8}, try_to_protect_one`,
    in: "always",
  },
  {
    name: "make-unlocks-on-failure",
    sentence: "A page that could not be made exclusive is unlocked and released.",
    source: `${v8}, make_device_exclusive_range`,
    in: "always",
  },
  {
    name: "driver-rechecks-sequence",
    sentence: "The driver programs the device only if no invalidation came since it began (mmu_interval_read_retry).",
    source: "nouveau_atomic_range_fault, commit 8f187163eb89 (v5.14)",
    in: "always",
  },
  {
    name: "device-invalidation-waits",
    sentence: "Invalidating the device's TLB waits for the device's accesses under way.",
    source: "nouveau, PFNCLR method",
    in: "always",
  },
  {
    name: "zap-flushes-tlb",
    sentence: "Zapping flushes the CPUs' TLBs before the pages are freed.",
    source: `mm/memory.c, mmu_gather; ${merged}`,
    in: "always",
  },
  {
    name: "zap-updates-rss",
    sentence: "Zapping an exclusive entry takes its page off the rss counter.",
    source: `${v8}, zap_pte_range`,
    in: "always",
  },
  {
    name: "fork-flushes-tlb",
    sentence: "fork() flushes the parent's TLB entries before the child can run.",
    source: "kernel/fork.c, dup_mmap (flush_tlb_mm)",
    in: "always",
  },
] as const satisfies readonly Feature[];

export type FeatureName = (typeof features)[number]["name"];
export type FeatureSet = ReadonlySet<FeatureName>;

/** The features of a kernel, with some added and some taken away. */
export function featuresOf(
  kernel: KernelVersion,
  changes: { readonly with: readonly FeatureName[]; readonly without: readonly FeatureName[] },
): FeatureSet {
  const rows: readonly (Feature & { readonly name: FeatureName })[] = features;
  const own = rows.filter((row) => row.in === "always" || row.in.includes(kernel)).map(({ name }) => name);
  return new Set([...own, ...changes.with].filter((name) => !changes.without.includes(name)));
}

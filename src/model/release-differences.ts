/**
 * The releases of Linux, and how they differ from the rows that stand for them. Sources: the pull request of
 * 2023-04-07 for v6.3-rc, the review of 5.15.107-rc1, and the trees of 6.1.192, of 6.12.117 and of releases up to
 * 7.1.5. kernel-lab/build/trees.ts says function by function where 6.1.192 and 6.12.117 differ from their row. Of the
 * releases in `readMinors` a tree was read; the others have what the releases around them have, as far as the commits
 * that were looked up say nothing else. In 6.18 the tree of 6.18.2 was read. That 6.18.20 and 6.19.10 are the first with
 * commit 29f40594a281 is inferred from its date.
 */
import type { FeatureName } from "./features/catalogue.ts";
import type { Release, ReleaseVersion } from "./versions/rows.ts";

/** The last minor release of each major release. The newest major release will have more. */
export const lastMinors: ReadonlyMap<number, number> = new Map([
  [5, 19],
  [6, 19],
]);

export type StableRelease = readonly [major: number, minor: number, patch: number];

/** Releases that differ from the row that stands for them. */
export interface Exception {
  readonly from: StableRelease;
  readonly to: StableRelease;
  /** The row that stands for these releases, if it is not the row of their range. */
  readonly row?: ReleaseVersion;
  /** The difference, in words, and as features that the releases have or lack compared with the row. */
  readonly but: string;
  readonly without?: readonly FeatureName[];
  readonly with?: readonly FeatureName[];
}

/** As a patch level: every later stable release of the minor release too. */
export const all = Number.POSITIVE_INFINITY;
const inPlace = "it removes a uprobe as v7.1 does";
const keepsWrite = "commit 29f40594a281 (a batch of entries that reclaim puts back keeps its bits)";
const protectsAsync = "it has PAGEMAP_SCAN and asynchronous write protection by userfaultfd";
const movesAtFirst = "UFFDIO_MOVE as it was at first";
const locksMore = "takes the locks of VMAs for all faults";
const scansAtFirst = "which scans as it did at first";
const goesOn = "commit 939080834fef (a split of a folio goes on after a PMD)";
const discardsWhole = "discards a huge mapping that MADV_FREE has marked as a whole";
const swapsWhole = "swaps folios out and in as a whole";
export const takesReference = "commit 7c7b962938dd (a fault takes a reference first)";

/** The last stable releases of 6.18 and 6.19. */
const correctedBatches = {
  but: `${inPlace}, takes the locks of VMAs for madvise(), and as its date suggests has ${keepsWrite} and ${goesOn}`,
  without: ["uprobe-skips-exclusive"],
  with: ["uprobe-walks-folio", "madvise-takes-vma-lock", "lazyfree-batch-keeps-write", "split-goes-on-after-pmd"],
} as const;

/**
 * 6.8 and later: compared with v6.4. A fault under the lock of a VMA without an anon_vma always starts over in 6.8; here it
 * first tries the mmap lock. What only some trees between 6.8 and 6.12 have is left out.
 */
const early = {
  without: ["restore-asserts-anon-exclusive", "madvise-free-counts-folio", "huge-migration-marks-mlocked"],
  with: [
    "uffd-wp-async",
    "uffd-move",
    "swap-in-claims-slot",
    "clear-refs-locks-vmas",
    "vma-lock-serves-all-faults",
    "vma-lock-only-tries-mmap-lock",
    "mlock-marks-folios",
    "collect-awaits-moving-pmd",
  ],
} as const;

/** 6.12 to 6.14. */
const sinceTwelve = {
  without: ["restore-asserts-anon-exclusive", "swap-in-marks-locked", "huge-migration-marks-mlocked"],
  with: [
    ...early.with,
    "mremap-clears-uffd-wp",
    "migration-keeps-soft-dirty",
    "swap-in-maps-writable",
    "madvise-free-keeps-folio-whole",
    "split-maps-zero-page",
    "write-copies-large-folio",
    "migration-splits-partly-mapped",
    "reclaim-swaps-out-folios",
    "swap-in-maps-folios",
  ],
} as const;

/** 6.13 and 6.14. */
const halfway = {
  without: sinceTwelve.without,
  with: [...sinceTwelve.with, "lazyfree-pmd-discarded-whole"],
} as const;

/** The first entry that contains a release counts. */
export const exceptions: readonly Exception[] = [
  {
    from: [5, 15, 107],
    to: [5, 15, all],
    but: `it has ${takesReference}`,
    with: ["fault-takes-page-reference"],
  },
  {
    from: [6, 1, 192],
    to: [6, 1, all],
    row: "v6.4",
    but: "it is older, and has later corrections",
    without: [
      "per-vma-locks",
      "zap-expects-anonymous-vma",
      "migration-flushes-before-copying",
      "protection-restores-clean",
      "resolve-restores-write",
      "pin-unshares-files",
      "fast-pin-drops-mmap-lock",
      "madvise-free-counts-folio",
      "uffd-wp-unpopulated",
      "split-keeps-dirty",
      "collapse-survives-errors",
    ],
    with: ["mremap-clears-uffd-wp", "migration-flushes-tlb", "swap-in-claims-slot", "split-spares-migrating-pmd"],
  },
  {
    from: [6, 12, 117],
    to: [6, 12, all],
    but: "it has later corrections",
    without: [...sinceTwelve.without, "zap-expects-anonymous-vma"],
    with: [
      ...sinceTwelve.with,
      "move-rechecks-swap-cache",
      "move-marks-soft-dirty",
      "uprobe-skips-exclusive",
      "madvise-free-flushes-batched-again",
      "zero-page-keeps-bits",
      "split-spares-poisoned",
      "device-move-frees-swap",
      "device-move-rereads-mapping",
      "split-spares-migrating-pmd",
      "migration-keeps-partly-mapped",
    ],
  },
  {
    from: [6, 14, 7],
    to: [6, 14, all],
    but: "it has a part of what v6.15 brings, commit be6e843fc51a (CVE-2025-37958) too",
    without: halfway.without,
    with: [...halfway.with, "zap-frees-page-table", "split-spares-migrating-pmd"],
  },
  {
    from: [6, 14, 0],
    to: [6, 14, 6],
    but: "it has a part of what v6.15 brings",
    without: halfway.without,
    with: [...halfway.with, "zap-frees-page-table"],
  },
  {
    from: [6, 3, 0],
    to: [6, 3, all],
    but: "it has no locks of VMAs, userfaultfd protects only what is mapped, a split of a huge mapping leaves clean entries, and no collapse survives an error",
    without: ["per-vma-locks", "uffd-wp-unpopulated", "split-keeps-dirty", "collapse-survives-errors"],
  },
  {
    from: [6, 4, 0],
    to: [6, 4, 2],
    but: "its fork() does not take the locks of VMAs",
    without: ["fork-locks-vmas"],
  },
  {
    from: [5, 19, 0],
    to: [6, 2, all],
    but: "it has PG_anon_exclusive, as v6.4 does: if that matters, v6.4 --without fault-takes-page-reference is closer",
  },
  {
    from: [6, 5, 0],
    to: [6, 6, all],
    but: "it waits for a huge mapping that is being moved, and clear_refs takes the locks of VMAs",
    with: ["clear-refs-locks-vmas", "collect-awaits-moving-pmd"],
  },
  {
    from: [6, 7, 0],
    to: [6, 7, all],
    but: `${protectsAsync}, ${scansAtFirst}`,
    without: ["scan-keeps-new-bits", "scan-knows-swap-marks"],
    with: ["uffd-wp-async", "clear-refs-locks-vmas", "collect-awaits-moving-pmd"],
  },
  {
    from: [6, 8, 0],
    to: [6, 8, 9],
    but: `${protectsAsync}, ${scansAtFirst}, ${movesAtFirst}, and ${locksMore}`,
    without: [...early.without, "scan-keeps-new-bits", "scan-knows-swap-marks", "move-updates-swap-cache"],
    with: early.with,
  },
  {
    from: [6, 8, 10],
    to: [6, 9, all],
    but: `${protectsAsync}, ${movesAtFirst}, and ${locksMore}`,
    without: [...early.without, "move-updates-swap-cache"],
    with: early.with,
  },
  {
    from: [6, 10, 0],
    to: [6, 10, all],
    but: `${protectsAsync}, ${movesAtFirst}, ${locksMore}, splits a partly mapped folio before it is moved, and swaps out folios as a whole`,
    without: [...early.without, "move-updates-swap-cache"],
    with: [...early.with, "migration-splits-partly-mapped", "reclaim-swaps-out-folios"],
  },
  {
    from: [6, 11, 0],
    to: [6, 11, all],
    but: `${protectsAsync}, ${movesAtFirst}, ${locksMore}, splits a partly mapped folio before it is moved, ${swapsWhole}, and ${discardsWhole}`,
    without: [...early.without, "swap-in-marks-locked", "move-updates-swap-cache"],
    with: [
      ...early.with,
      "migration-splits-partly-mapped",
      "lazyfree-pmd-discarded-whole",
      "reclaim-swaps-out-folios",
      "swap-in-maps-folios",
    ],
  },
  {
    from: [6, 13, 0],
    to: [6, 13, all],
    but: `it has a part of what v6.15 brings, and ${movesAtFirst}`,
    without: [...halfway.without, "move-updates-swap-cache"],
    with: halfway.with,
  },
  {
    from: [6, 15, 0],
    to: [6, 15, all],
    but: "its UFFDIO_MOVE, its MADV_FREE of large folios and the zero pages after a split of them are those of 6.14, as far as is known, and so are its collapse and the walk of a split",
    without: [
      "move-rechecks-swap-cache",
      "move-marks-soft-dirty",
      "madvise-free-flushes-batched-again",
      "zero-page-keeps-bits",
      "split-spares-poisoned",
    ],
    with: ["collapse-needs-writable", "split-goes-on-after-pmd"],
  },
  {
    from: [6, 16, 0],
    to: [6, 17, all],
    but: "the zero pages after a split of a large folio are those of 6.14, as far as is known, and so is its collapse",
    without: ["zero-page-keeps-bits", "split-spares-poisoned"],
    with: ["collapse-needs-writable"],
  },
  { from: [6, 18, 20], to: [6, 18, all], ...correctedBatches },
  { from: [6, 19, 10], to: [6, 19, all], ...correctedBatches },
  {
    from: [6, 18, 0],
    to: [6, 19, all],
    but: `${inPlace}, and takes the locks of VMAs for madvise()`,
    without: ["uprobe-skips-exclusive"],
    with: ["uprobe-walks-folio", "madvise-takes-vma-lock"],
  },
  {
    from: [7, 0, 0],
    to: [7, 0, all],
    but: `${inPlace}, takes the locks of VMAs as v7.1 does, has ${keepsWrite}, and swaps in through the swap cache, which gives the slot up last`,
    without: ["uprobe-skips-exclusive", "swap-in-skips-cache", "swap-in-claims-slot", "collect-awaits-moving-pmd"],
    with: [
      "uprobe-walks-folio",
      "lazyfree-batch-keeps-write",
      "private-fault-waits-for-lock",
      "madvise-takes-vma-lock",
      "fork-waits-killably",
      "fork-undoes-copies-locked",
      "swap-in-frees-slot-last",
      "split-goes-on-after-pmd",
      "collect-drops-reference",
      "collect-splits-mapped-folio",
    ],
  },
];

/** Minor releases with at least one tree that was read. */
export const readMinors: readonly Release[] = [
  [5, 14],
  [6, 1],
  [6, 4],
  [6, 8],
  [6, 12],
  [6, 13],
  [6, 14],
  [6, 18],
  [7, 0],
  [7, 1],
];

/** Ranges of stable releases. Only some releases in each range have the commit with which a row begins. */
export const unread: readonly (readonly [from: StableRelease, to: StableRelease])[] = [
  [
    [6, 1, 1],
    [6, 1, 191],
  ],
  [
    [6, 2, 1],
    [6, 2, all],
  ],
];

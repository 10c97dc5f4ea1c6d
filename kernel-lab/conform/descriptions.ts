/**
 * What is different in the systems in which random programs run. Each thread lists every operation that a program may
 * give it. What the model does not have together is in different descriptions.
 */
import type { OperationName } from "../../src/model/scenario/operation-catalogue.ts";
import type { RawOperation, RawVma } from "../../src/spec/raw-spec.ts";
import type { LabSetup } from "../lab-program.ts";

const twoPages: RawVma = { pages: 2 };
const accesses: readonly OperationName[] = ["load", "store", "atomic_add"];
const protection: readonly OperationName[] = ["mprotect_read", "mprotect_write"];

/** Each of the operations on each of the targets. */
export function each(operations: readonly OperationName[], ...targets: readonly string[]): readonly RawOperation[] {
  return operations.flatMap((operation) => targets.map((target) => ({ [operation]: target })));
}

export function pagesOf(...vmas: readonly string[]): readonly string[] {
  return vmas.flatMap((vma) => [`${vma}[0]`, `${vma}[1]`]);
}

/** References by vmsplice, which first tries without any lock, and reads through them. */
function reads(...vmas: readonly string[]): readonly RawOperation[] {
  const got = pagesOf(...vmas).map((page) => ({ get: page, fast: true }));
  return [...got, ...each(["dma_load", "put"], ...pagesOf(...vmas))];
}

/** Pins that only read, of both kinds (the fast one first tries without any lock), and reads through them. */
function readingPins(...vmas: readonly string[]): readonly RawOperation[] {
  const pages = pagesOf(...vmas);
  const pins = pages.flatMap((pin) => [false, true].map((fast) => ({ pin, for: "reading", fast }) as const));
  return [...pins, ...each(["dma_load", "unpin"], ...pages)];
}

export interface Description {
  readonly vmas: Readonly<Record<string, RawVma>>;
  /** What the process's own thread runs, besides the fork and clear_refs. */
  readonly main: readonly RawOperation[];
  readonly child: readonly RawOperation[];
  /** The VMAs that the devices access. */
  readonly devicesReach: readonly string[];
  /** The devices have memory of their own. */
  readonly deviceMemory?: true;
  /** As in LabSetup; `page` if left out. */
  readonly pagesOut?: LabSetup["pagesOut"];
  /** What a thread `handler` of the process does when another thread waits for userspace. */
  readonly handler?: readonly RawOperation[];
}

/** What depends on the kernel and on the guest. */
export interface Circumstances {
  /** The swap area is on zram, which reads and writes at once. */
  readonly synchronousSwap: boolean;
  /** The pins of io_uring first try without any lock. */
  readonly fastPins: boolean;
  /** The kernel's test of pins (mm/gup_test.c) keeps a page pinned between two calls. */
  readonly testsPins: boolean;
  /** The kernel has UFFD_FEATURE_WP_ASYNC and PAGEMAP_SCAN. */
  readonly asyncProtection: boolean;
  /** The kernel has UFFDIO_MOVE. */
  readonly movesPages: boolean;
  /** The kernel has MADV_COLLAPSE, and shows what it knows of each page of a large folio, also if a fault maps it. */
  readonly collapses: boolean;
}

/** Both processes have these references to the pages of `buf`, beside all that may happen to a page. */
const referring = (references: readonly RawOperation[]): Description => ({
  vmas: { buf: twoPages },
  main: [
    ...references,
    ...each([...accesses, "madvise_dontneed", "madvise_free", "migrate", "reclaim"], ...pagesOf("buf")),
    ...each(["munmap", ...protection], "buf"),
  ],
  child: [
    ...references,
    ...each([...accesses, "madvise_dontneed", "migrate", "reclaim"], ...pagesOf("buf")),
    ...each(["munmap", ...protection], "buf"),
  ],
  devicesReach: ["buf"],
});

// Userfaultfd monitors both VMAs of `app` from the start.
const movedPages: Description = {
  vmas: { buf: twoPages, other: twoPages },
  main: [
    ...each(["uffd_move"], "buf[0] -> other[0]", "other[0] -> buf[0]", "buf[1] -> other[0]", "other[0] -> buf[1]"),
    ...each([...accesses, "madvise_dontneed", "madvise_free", "migrate", "reclaim"], ...pagesOf("buf", "other")),
    ...each(["munmap", ...protection], "buf", "other"),
  ],
  child: [
    ...each([...accesses, "madvise_dontneed", "migrate", "reclaim"], ...pagesOf("buf", "other")),
    ...each(["munmap", ...protection], "buf", "other"),
  ],
  devicesReach: ["buf", "other"],
};

// Userfaultfd monitors `buf` of `app` from the start. Nothing has to be resolved.
const asyncProtectionSetup: Description = {
  vmas: { buf: { ...twoPages, userfaultfd: "async" } },
  main: [
    ...each([...accesses, "madvise_dontneed", "madvise_free", "migrate", "reclaim"], ...pagesOf("buf")),
    ...each(["pagemap_scan", "uffd_wp", "uffd_resolve"], "buf", ...pagesOf("buf")),
    ...each(["munmap", "madvise_dontneed", ...protection], "buf"),
  ],
  child: [
    ...each([...accesses, "madvise_dontneed", "migrate", "reclaim"], ...pagesOf("buf")),
    ...each(["pagemap_scan", ...protection], "buf"),
  ],
  devicesReach: ["buf"],
};

// The model's second page stands for all but the first of the 512 that a PMD maps, and one page is pinned at a time: the
// first one.
const collapsed = (fastPins: boolean): Description => ({
  vmas: { buf: { ...twoPages, pmdMapped: true } },
  main: [
    ...each([...accesses, "madvise_dontneed"], ...pagesOf("buf")),
    ...each(["dma_store", "dma_load", "unpin", "put"], "buf[0]"),
    { pin: "buf[0]", fast: fastPins },
    { get: "buf[0]", fast: true },
    ...each(["collapse", "munmap", "madvise_dontneed", ...protection], "buf"),
  ],
  child: [
    ...each([...accesses, "madvise_dontneed"], ...pagesOf("buf")),
    ...each(["collapse", "munmap", "madvise_dontneed", ...protection], "buf"),
  ],
  devicesReach: ["buf"],
});

// Nothing empties the whole PMD: a read of empty memory would map the huge zero page, which is not modelled.
const huge = (fastPins: boolean): Description => ({
  vmas: { buf: { ...twoPages, folio: 2, pmdMapped: true } },
  main: [
    ...each([...accesses, "madvise_dontneed", "migrate", "reclaim"], ...pagesOf("buf")),
    ...each(["dma_store", "dma_load", "unpin", "put"], "buf[0]"),
    { pin: "buf[0]", fast: fastPins },
    { get: "buf[0]", fast: true },
    ...each(["munmap", ...protection], "buf"),
  ],
  child: [
    ...each([...accesses, "madvise_dontneed", "migrate", "reclaim"], ...pagesOf("buf")),
    ...each(["munmap", ...protection], "buf"),
  ],
  devicesReach: ["buf"],
});

// Userfaultfd monitors `buf` of `app` from the start.
const hugeUserfaultfd: Description = {
  vmas: { buf: { ...twoPages, folio: 2, pmdMapped: true } },
  main: [
    ...each([...accesses, "madvise_dontneed", "migrate", "reclaim"], ...pagesOf("buf")),
    ...each(["uffd_wp", "uffd_resolve"], "buf", ...pagesOf("buf")),
    ...each([...protection], "buf"),
  ],
  child: each([...accesses, "madvise_dontneed", "migrate", "reclaim"], ...pagesOf("buf")),
  devicesReach: ["buf"],
  handler: each(["uffd_resolve"], ...pagesOf("buf")),
};

const hugeLocked: Description = {
  vmas: { buf: { ...twoPages, folio: 2, pmdMapped: true } },
  main: [
    ...each([...accesses, "madvise_dontneed", "migrate", "reclaim"], ...pagesOf("buf")),
    ...each(["mlock", "munlock", "munmap", ...protection], "buf"),
  ],
  child: [
    ...each([...accesses, "madvise_dontneed", "migrate", "reclaim"], ...pagesOf("buf")),
    ...each(["mlock", "munlock", ...protection], "buf"),
  ],
  devicesReach: ["buf"],
};

// MADV_PAGEOUT gets the whole VMA. A folio whose pages are all mapped by one process is swapped out as a whole. Nothing
// gives the first page up by itself: the model's second page stands for 511, and each of these would be swapped in alone
// then, while the others still need their slots.
const hugeSwapped = (fastPins: boolean): Description => ({
  vmas: { buf: { ...twoPages, folio: 2, pmdMapped: true } },
  main: [
    ...each([...accesses, "migrate"], ...pagesOf("buf")),
    ...each(["madvise_dontneed"], "buf[1]"),
    ...each(["dma_store", "dma_load", "unpin", "put", "reclaim"], "buf[0]"),
    { pin: "buf[0]", fast: fastPins },
    { get: "buf[0]", fast: true },
    ...each(["mlock", "munlock", "munmap", ...protection], "buf"),
  ],
  child: [
    ...each([...accesses, "migrate"], ...pagesOf("buf")),
    ...each(["madvise_dontneed"], "buf[1]"),
    ...each(["reclaim"], "buf[0]"),
    ...each(["munmap", ...protection], "buf"),
  ],
  devicesReach: ["buf"],
  pagesOut: "vma",
});

/** Memory that a PMD can map, and operations on each of its pages, on one of them, and on all of it. */
const ofPmd = (
  vma: Pick<RawVma, "folio">,
  operations: {
    readonly ofEach: readonly OperationName[];
    readonly ofFirst?: readonly OperationName[];
    readonly ofSecond?: readonly OperationName[];
    readonly ofAll: readonly OperationName[];
  },
): Description => {
  const { ofEach, ofFirst = [], ofSecond = [], ofAll } = operations;
  const run = [
    ...each([...accesses, ...ofEach], ...pagesOf("buf")),
    ...each(ofFirst, "buf[0]"),
    ...each(ofSecond, "buf[1]"),
    ...each(["munmap", ...protection, ...ofAll], "buf"),
  ];
  return {
    vmas: { buf: { ...twoPages, pmdMapped: true, ...vma } },
    main: run,
    child: run,
    devicesReach: ["buf"],
    pagesOut: "vma",
  };
};

/** As in `hugeSwapped`. */
const swapped = (ofSecond: readonly OperationName[], ofAll: readonly OperationName[]) =>
  ({ ofEach: ["migrate"], ofFirst: ["reclaim"], ofSecond, ofAll }) as const;

const ofSinglePages = { folio: 1 } as const;
const ofFolios = { folio: 2 } as const;

// As in `device-memory`.
const hugeDeviceMemory: Description = {
  vmas: { buf: { ...twoPages, folio: 2, pmdMapped: true } },
  main: [
    ...each([...accesses, "madvise_dontneed", "migrate", "reclaim"], ...pagesOf("buf")),
    ...each(["munmap", ...protection], "buf"),
  ],
  child: [
    ...each([...accesses, "madvise_dontneed", "migrate", "reclaim"], ...pagesOf("buf")),
    ...each(["munmap", ...protection], "buf"),
  ],
  devicesReach: ["buf"],
  deviceMemory: true,
};

export const descriptions = ({
  fastPins,
  testsPins,
  asyncProtection,
  movesPages,
  collapses,
}: Circumstances): Readonly<Record<string, Description>> => ({
  anonymous: {
    vmas: { buf: twoPages, spare: twoPages },
    main: [
      ...each(["mremap"], "buf -> spare", "spare -> buf"),
      ...each([...accesses, "madvise_dontneed", "madvise_free", "migrate", "reclaim"], ...pagesOf("buf", "spare")),
      ...each(["munmap", "madvise_dontneed", "madvise_free", ...protection], "buf", "spare"),
    ],
    child: [
      ...each([...accesses, "madvise_dontneed", "madvise_free", "migrate", "reclaim"], ...pagesOf("buf")),
      ...each(["munmap", ...protection], "buf"),
    ],
    devicesReach: ["buf", "spare"],
  },
  // Userfaultfd monitors `buf` of `app` from the start.
  userfaultfd: {
    vmas: { buf: twoPages },
    main: [
      ...each([...accesses, "madvise_dontneed", "madvise_free", "migrate", "reclaim"], ...pagesOf("buf")),
      ...each(["uffd_wp", "uffd_resolve"], "buf", ...pagesOf("buf")),
      ...each(["madvise_dontneed", ...protection], "buf"),
    ],
    child: each([...accesses, "madvise_dontneed", "migrate", "reclaim"], ...pagesOf("buf")),
    devicesReach: ["buf"],
    handler: each(["uffd_resolve"], ...pagesOf("buf")),
  },
  locked: {
    vmas: { buf: twoPages },
    main: [
      ...each([...accesses, "madvise_dontneed", "madvise_free", "migrate", "reclaim"], ...pagesOf("buf")),
      ...each(["mlock", "munlock", "munmap", "madvise_dontneed", ...protection], "buf"),
    ],
    child: [
      ...each([...accesses, "madvise_dontneed", "migrate", "reclaim"], ...pagesOf("buf")),
      ...each(["mlock", "munlock", ...protection], "buf"),
    ],
    devicesReach: ["buf"],
  },
  // Without migrate: the kernel also moves pages of the page cache, and the model moves only anonymous ones.
  file: {
    vmas: { map: { pages: 2, backing: "private-file" } },
    main: [
      ...each([...accesses, "madvise_dontneed", "reclaim"], ...pagesOf("map")),
      ...each(["truncate", "munmap", "madvise_dontneed", ...protection], "map"),
    ],
    child: [
      ...each([...accesses, "madvise_dontneed", "reclaim"], ...pagesOf("map")),
      ...each(["munmap", ...protection], "map"),
    ],
    devicesReach: ["map"],
  },
  // On tmpfs, so without reclaim, which swaps its pages out; and without truncate, which is not modelled beside holes.
  "punched-file": {
    vmas: { map: { pages: 2, backing: "private-file" } },
    main: [
      ...each([...accesses, "madvise_dontneed", "punch_hole"], ...pagesOf("map")),
      ...each(["punch_hole", "munmap", "madvise_dontneed", ...protection], "map"),
    ],
    child: [
      ...each([...accesses, "madvise_dontneed", "punch_hole"], ...pagesOf("map")),
      ...each(["munmap", ...protection], "map"),
    ],
    devicesReach: ["map"],
  },
  // Both pages of `buf` have the same content, and MADV_MERGEABLE.
  ksm: {
    vmas: { buf: twoPages },
    main: [
      ...each([...accesses, "madvise_dontneed", "migrate", "reclaim"], ...pagesOf("buf")),
      ...each(["ksm_merge", "madvise_dontneed", ...protection], "buf"),
    ],
    child: each([...accesses, "madvise_dontneed"], ...pagesOf("buf")),
    devicesReach: ["buf"],
  },
  pins: {
    vmas: { buf: twoPages },
    main: [
      ...each([...accesses, "dma_store", "dma_load", "unpin"], ...pagesOf("buf")),
      ...pagesOf("buf").map((pin) => ({ pin, fast: fastPins })),
      ...each(["madvise_dontneed", "migrate", "reclaim"], ...pagesOf("buf")),
      ...each(["munmap", ...protection], "buf"),
    ],
    child: each([...accesses, "madvise_dontneed", "migrate", "reclaim"], ...pagesOf("buf")),
    devicesReach: ["buf"],
  },
  references: referring(reads("buf")),
  // Without what the model does not have beside an error in memory: migration, reclaim, MADV_FREE and KSM.
  "failing-memory": {
    vmas: { buf: twoPages },
    main: [
      ...reads("buf"),
      ...each([...accesses, "memory_failure", "madvise_dontneed"], ...pagesOf("buf")),
      ...each(["mlock", "munlock", "munmap", "madvise_dontneed", ...protection], "buf"),
    ],
    child: [
      ...each([...accesses, "memory_failure", "madvise_dontneed"], ...pagesOf("buf")),
      ...each(["munmap", ...protection], "buf"),
    ],
    devicesReach: ["buf"],
  },
  // The process that is reaped is dying, and runs nothing any more.
  reaped: {
    vmas: { buf: twoPages },
    main: [
      ...each([...accesses, "madvise_dontneed", "migrate", "reclaim"], ...pagesOf("buf")),
      ...each(["mlock", "munlock", "munmap", ...protection], "buf"),
      { oom_reap: "app" },
    ],
    child: [
      ...each([...accesses, "madvise_dontneed", "migrate", "reclaim"], ...pagesOf("buf")),
      ...each(["munmap", ...protection], "buf"),
      { oom_reap: "child" },
    ],
    devicesReach: ["buf"],
  },
  // Without MADV_FREE: a page of a device keeps PG_swapbacked from when it was last used, and passes it on.
  "device-memory": {
    vmas: { buf: twoPages },
    main: [
      ...reads("buf"),
      ...each([...accesses, "madvise_dontneed", "migrate", "reclaim"], ...pagesOf("buf")),
      ...each(["munmap", "madvise_dontneed", ...protection], "buf"),
    ],
    child: [
      ...each([...accesses, "madvise_dontneed", "migrate", "reclaim"], ...pagesOf("buf")),
      ...each(["munmap", ...protection], "buf"),
    ],
    devicesReach: ["buf"],
    deviceMemory: true,
  },
  ...(testsPins ? { "pins-for-reading": referring(readingPins("buf")) } : {}),
  ...(movesPages ? { "moved-pages": movedPages } : {}),
  ...(collapses
    ? {
        collapsed: collapsed(fastPins),
        huge: huge(fastPins),
        "huge-userfaultfd": hugeUserfaultfd,
        "huge-device-memory": hugeDeviceMemory,
        "huge-locked": hugeLocked,
        "huge-swapped": hugeSwapped(fastPins),
        "huge-given-up": ofPmd(ofFolios, swapped(["madvise_dontneed", "madvise_free"], ["madvise_free"])),
        "collapsed-swapped": ofPmd(ofSinglePages, swapped(["madvise_dontneed"], ["collapse", "madvise_dontneed"])),
        "collapsed-given-up": ofPmd(
          ofSinglePages,
          swapped(["madvise_dontneed", "madvise_free"], ["collapse", "madvise_free"]),
        ),
        "collapsed-locked": ofPmd(ofSinglePages, swapped(["madvise_dontneed"], ["collapse", "mlock", "munlock"])),
        // Without MADV_FREE, as in `device-memory`.
        "collapsed-device-memory": {
          ...ofPmd(ofSinglePages, swapped(["madvise_dontneed"], ["collapse", "madvise_dontneed"])),
          deviceMemory: true,
        },
        // Without migration, reclaim and MADV_FREE, as in `failing-memory`.
        "huge-failing-memory": ofPmd(ofFolios, {
          ofEach: ["memory_failure", "madvise_dontneed"],
          ofAll: ["mlock", "munlock"],
        }),
        // An error is in one page; the others that the model's second page stands for would stay writable.
        "collapsed-failing-memory": ofPmd(ofSinglePages, {
          ofEach: ["madvise_dontneed"],
          ofFirst: ["memory_failure"],
          ofAll: ["collapse", "madvise_dontneed"],
        }),
      }
    : {}),
  ...(asyncProtection ? { "async-protection": asyncProtectionSetup } : {}),
});

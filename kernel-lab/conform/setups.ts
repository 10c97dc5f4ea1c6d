/**
 * The systems in which random programs run. Each actor lists every operation that a program may give it. What the model
 * does not have together is in different setups. They are written as scenario files are, so that the reader of those
 * files finds what is not allowed.
 */
import type { OperationName } from "../../src/model/scenario/operation-catalogue.ts";
import { parseSpec } from "../../src/spec/parse-spec.ts";
import type { RawActor, RawOperation, RawSystem, RawVma } from "../../src/spec/raw-spec.ts";
import type { LabSetup } from "../lab-program.ts";

/** More pages and slots than the programs can use, so that no allocation fails. */
const plenty = { pages: 12, swap: 8 };
const device = { driver: "test_hmm" } as const;
/** More pages than the entries of both processes can be for. */
const deviceWithMemory = { ...device, memory: 5 };
const twoPages: RawVma = { pages: 2 };
const engineOperations: readonly OperationName[] = ["atomic", "device_load", "device_store"];

/** The thread that answers the faults that userfaultfd reports. A program gives it nothing to do. */
export const handlerName = "handler";

/** Each of the operations on each of the targets. */
function each(operations: readonly OperationName[], ...targets: readonly string[]): readonly RawOperation[] {
  return operations.flatMap((operation) => targets.map((target) => ({ [operation]: target })));
}

function pagesOf(...vmas: readonly string[]): readonly string[] {
  return vmas.flatMap((vma) => [`${vma}[0]`, `${vma}[1]`]);
}

/** References by vmsplice, which first tries without any lock, and reads through them. */
function reads(...vmas: readonly string[]): readonly RawOperation[] {
  const got = pagesOf(...vmas).map((page) => ({ get: page, fast: true }));
  return [...got, ...each(["dma_load", "put"], ...pagesOf(...vmas))];
}

/** Pins that only read, with and without a try without any lock, and reads through them. */
function readingPins(...vmas: readonly string[]): readonly RawOperation[] {
  const pages = pagesOf(...vmas);
  const pins = pages.flatMap((pin) => [false, true].map((fast) => ({ pin, for: "reading", fast }) as const));
  return [...pins, ...each(["dma_load", "unpin"], ...pages)];
}

/** Engines of both devices, which reach all pages of the VMAs. */
function engines(vmas: readonly string[], more: readonly OperationName[]): Readonly<Record<string, RawActor>> {
  const run = each([...engineOperations, ...more], ...pagesOf(...vmas));
  return {
    engine: { device: "gpu", process: "app", run },
    engine2: { device: "gpu2", process: "app", run },
  };
}

interface Description {
  readonly vmas: Readonly<Record<string, RawVma>>;
  /** What the process's own thread runs, besides the fork and clear_refs. */
  readonly main: readonly RawOperation[];
  readonly child: readonly RawOperation[];
  /** The VMAs that the devices access. */
  readonly devicesReach: readonly string[];
  /** The devices have memory of their own. */
  readonly deviceMemory?: true;
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
}

/** The process `app` with a thread `main`, a child with a thread `child_thread`, and two devices in `app`. */
function setup(
  name: string,
  { vmas, main, child, devicesReach, deviceMemory, handler }: Description,
  { synchronousSwap }: Circumstances,
): LabSetup {
  const gpu = deviceMemory === true ? deviceWithMemory : device;
  const devices = { gpu, gpu2: gpu };
  const system: RawSystem = { ...plenty, synchronousSwap, processes: { app: { vmas } }, devices };
  const actors: Readonly<Record<string, RawActor>> = {
    main: { process: "app", run: [{ fork: "child" }, { clear_refs: "app" }, ...main] },
    child_thread: { process: "child", run: [{ clear_refs: "child" }, { exit: "child" }, ...child] },
    ...engines(devicesReach, deviceMemory === true ? ["migrate_to_device"] : []),
    ...(handler === undefined ? {} : { [handlerName]: { process: "app", run: handler } }),
  };
  const text = JSON.stringify({ name, kernels: { "v6.4": "unknown" }, system, actors });
  return { name, scenario: parseSpec(text, `the setup ${name}`).scenario };
}

const accesses: readonly OperationName[] = ["load", "store", "atomic_add"];
const protection: readonly OperationName[] = ["mprotect_read", "mprotect_write"];

const pinsForReading: Description = {
  vmas: { buf: twoPages },
  main: [
    ...readingPins("buf"),
    ...each([...accesses, "madvise_dontneed", "madvise_free", "migrate", "reclaim"], ...pagesOf("buf")),
    ...each(["munmap", ...protection], "buf"),
  ],
  child: [
    ...readingPins("buf"),
    ...each([...accesses, "madvise_dontneed", "migrate", "reclaim"], ...pagesOf("buf")),
    ...each(["munmap", ...protection], "buf"),
  ],
  devicesReach: ["buf"],
};

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

const descriptions = ({
  fastPins,
  testsPins,
  asyncProtection,
  movesPages,
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
  references: {
    vmas: { buf: twoPages },
    main: [
      ...reads("buf"),
      ...each([...accesses, "madvise_dontneed", "madvise_free", "migrate", "reclaim"], ...pagesOf("buf")),
      ...each(["munmap", ...protection], "buf"),
    ],
    child: [
      ...reads("buf"),
      ...each([...accesses, "madvise_dontneed", "migrate", "reclaim"], ...pagesOf("buf")),
      ...each(["munmap", ...protection], "buf"),
    ],
    devicesReach: ["buf"],
  },
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
  ...(testsPins ? { "pins-for-reading": pinsForReading } : {}),
  ...(movesPages ? { "moved-pages": movedPages } : {}),
  ...(asyncProtection ? { "async-protection": asyncProtectionSetup } : {}),
});

export function setupsFor(circumstances: Circumstances): readonly LabSetup[] {
  return Object.entries(descriptions(circumstances)).map(([name, description]) =>
    setup(name, description, circumstances),
  );
}

/** Those of a kernel that offers everything, with swap on a disk. */
export const setups = setupsFor({
  synchronousSwap: false,
  fastPins: false,
  testsPins: true,
  asyncProtection: true,
  movesPages: true,
});

/** Operations of the model that no program runs, and why. */
export const leftOut: readonly { readonly operation: OperationName; readonly because: string }[] = [
  {
    operation: "evict_from_device",
    because: "the test driver evicts only together with the removal of all of its memory (HMM_DMIRROR_RELEASE)",
  },
  { operation: "khugepaged", because: "MADV_COLLAPSE also collapses the page table, which is not modelled" },
  { operation: "collapse", because: "the programs work on single pages, and a PMD maps 512" },
  { operation: "oom_reap", because: "user space can ask only for the memory of a process that is already dying" },
  { operation: "uprobe_replace", because: "it needs a breakpoint in the text of a program" },
];

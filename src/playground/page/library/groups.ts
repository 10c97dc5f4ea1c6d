/** By which questions the list of scenarios is divided. */

interface Group {
  readonly title: string;
  /** A scenario belongs to the group of the first word of its name that is listed here. */
  readonly words: readonly string[];
  /** If no word of the name is listed: to the first group with an operation that one of its actors runs. */
  readonly operations: readonly string[];
}

const table: readonly Group[] = [
  { title: "Without a check or a fix of the kernel", words: ["without"], operations: [] },
  { title: "With a change of the kernel", words: ["with"], operations: [] },
  { title: "Page faults", words: ["fault", "late", "swap", "stale", "atomic", "allocation"], operations: [] },
  { title: "fork()", words: ["fork"], operations: ["fork"] },
  { title: "exit() and the out-of-memory reaper", words: ["exit", "oom"], operations: ["exit", "oom_reap"] },
  { title: "Large folios", words: ["folio", "split", "lazyfree"], operations: [] },
  { title: "Huge mappings", words: ["huge"], operations: [] },
  { title: "Collapse", words: ["khugepaged", "collapse"], operations: ["khugepaged", "collapse"] },
  { title: "Migration", words: ["migrate", "migration"], operations: ["migrate"] },
  { title: "Memory of devices", words: ["private", "xe", "evict"], operations: ["migrate_to_device"] },
  { title: "Reclaim", words: ["reclaim"], operations: ["reclaim"] },
  { title: "Memory failure", words: ["memory"], operations: ["memory_failure"] },
  { title: "KSM", words: ["ksm"], operations: ["ksm_merge"] },
  { title: "madvise(MADV_FREE)", words: ["madvise"], operations: ["madvise_free"] },
  { title: "mprotect()", words: ["mprotect"], operations: ["mprotect_read", "mprotect_write"] },
  { title: "mlock()", words: ["mlock", "munlock"], operations: ["mlock", "munlock"] },
  { title: "mremap()", words: ["mremap"], operations: ["mremap"] },
  {
    title: "userfaultfd write protection",
    words: ["uffd"],
    operations: ["uffd_wp", "uffd_resolve"],
  },
  { title: "PAGEMAP_SCAN", words: ["scan"], operations: ["pagemap_scan"] },
  { title: "UFFDIO_MOVE", words: ["move"], operations: ["uffd_move"] },
  { title: "Soft-dirty bits", words: ["soft"], operations: ["clear_refs"] },
  { title: "References that only read", words: ["vmsplice", "get", "reader"], operations: ["get", "put"] },
  {
    title: "Pinned pages and DMA",
    words: ["pin", "gup"],
    operations: ["pin", "dma_store", "dma_load", "unpin"],
  },
  { title: "Uprobes", words: ["uprobe"], operations: ["uprobe_replace"] },
  {
    title: "munmap(), truncation and other zaps",
    words: ["munmap", "truncate", "punch", "zap"],
    operations: ["munmap", "truncate", "punch_hole", "madvise_dontneed"],
  },
  { title: "Drivers: nouveau", words: ["nouveau"], operations: [] },
  { title: "Drivers: test_hmm and the documentation's example", words: ["test", "hmm", "documented"], operations: [] },
  {
    title: "Devices beside threads and other devices",
    words: ["device", "devices", "request", "requests", "make"],
    operations: ["atomic", "device_load", "device_store"],
  },
];

const large = "Large searches";
const other = "Others";

/** In the order in which the list shows them. */
export const groupTitles: readonly string[] = [
  ...table.slice(2).map(({ title }) => title),
  ...table.slice(0, 2).map(({ title }) => title),
  other,
  large,
];

/** `operations`: of all actors. */
export function groupOf(file: string, name: string, operations: readonly string[]): string {
  if (file.includes("/large/")) return large;
  for (const word of name.split("-")) {
    const named = table.find(({ words }) => words.includes(word));
    if (named !== undefined) return named.title;
  }
  return table.find((group) => group.operations.some((operation) => operations.includes(operation)))?.title ?? other;
}

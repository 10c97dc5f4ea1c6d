/** What a property can read, in words. docs/properties.md has the same sentences, and a test compares them. */

/** Fields that share a sentence, and the sentence. */
export type FieldSentence = readonly [fields: readonly string[], sentence: string];

export interface NameSentences {
  /** What an element of the list is. */
  readonly sentence: string;
  readonly fields: readonly FieldSentence[];
}

/** By the name of the list. */
export const stateSentences: Readonly<Record<string, NameSentences>> = {
  pages: {
    sentence: "physical pages, `P0`, `P1`, ...; after them the page cache behind private file mappings, `cache:map[0]`",
    fields: [
      [["index"], "its own position"],
      [
        ["folio"],
        "the position of the first page of its folio, which holds `refcount`, `locked`, `dirty` and `held`; its own position, unless a VMA has folios of two pages",
      ],
      [["refcount", "mapcount"], "the kernel's counters; a refcount of 0 means free"],
      [["locked", "dirty", "anon"], "PG_locked, PG_dirty, whether the page is anonymous"],
      [["page_cache"], "the page is in the page cache"],
      [["swap_cache"], "the page is in the swap cache, for a slot"],
      [["newer_than_swap"], "its content is newer than that of its slot (the checker's own record)"],
      [["mlocked"], "PG_mlocked: the page counts as locked into memory"],
      [
        ["lazyfree"],
        "MADV_FREE has marked the page: PG_swapbacked is not set, and reclaim may discard the page if it is clean",
      ],
      [
        ["maybe_shared"],
        "anonymous, and not marked as belonging to one mapping alone (PG_anon_exclusive is not set); false for all pages before v5.19",
      ],
      [["device_memory"], "the page is in the memory of a device, where no CPU can access it"],
      [["isolated"], "migration or reclaim has taken the page off its LRU list"],
      [["copied"], "its content was copied to the page that will replace it (the checker's own record)"],
      [["merged"], "KSM has merged the page: several addresses may share it (PageKsm)"],
      [["hwpoison"], "PG_hwpoison: `memory_failure` has begun to handle an error in the page"],
      [
        ["retired"],
        "`memory_failure` has taken the page out of use; it keeps a reference to the page for ever (the checker's own record)",
      ],
      [["pins"], "the pins of its folio; each is one of its references"],
      [["gets"], "the references to its folio that actors took with `get`"],
      [
        ["held"],
        "references that actors hold, for example between `get_page` and `put_page` (the checker's own record)",
      ],
    ],
  },
  ptes: {
    sentence: "one for each process and virtual page",
    fields: [
      [["process", "address"], 'the process and the virtual page, as names: `"parent"`, `"buf[0]"`'],
      [["mm", "va"], "the process and the virtual page, as numbers"],
      [
        ["running"],
        "the process has been started (the fork that makes it may not have run yet, or may have failed). It stays true after `exit`",
      ],
      [
        ["kind"],
        '`"none"`, `"present"`, `"device_exclusive"`, `"migration"` (its page is being moved), `"swap"`, `"hwpoison"` (an access ends in SIGBUS), `"device_private"` (its page is in the memory of a device) or `"marker"` (nothing is mapped, and userfaultfd has write-protected the address)',
      ],
      [["pfn"], "the page's position. In an empty entry this reads 0, which is `P0`: test `kind` first"],
      [["folio"], "the first page of that page's folio"],
      [
        ["zero_page", "mapped"],
        "the entry is present and maps the zero page; the entry is counted in the page's mapcount (present, or from v6.15 on exclusive)",
      ],
      [
        ["device_writable"],
        "exclusive, and a device may write through it: the entry decides this up to v6.4, the VMA from v6.15 on",
      ],
      [
        ["tracked", "written"],
        "the VMA tracks writes; the address was written to since its soft-dirty bit was cleared",
      ],
      [
        ["being_written"],
        "in scenarios with `clear_refs`: an actor has taken a write fault there, or its driver has called `get_user_pages` for writing, and the actor has not yet written or given up; or the page is pinned for writing (the checker's own record)",
      ],
      [
        ["userfaultfd"],
        "its VMA has userfaultfd: it was not moved by `mremap` and not made by `fork`. In other VMAs `uffd_wp` means nothing",
      ],
      [["vma_mapped"], "its VMA exists: false after `munmap`"],
      [["vma_write"], "VM_WRITE. A permission that `mprotect` removes lasts until it drops the mmap lock"],
      [["vma_locked"], "VM_LOCKED: its VMA is locked into memory (`mlock`)"],
      [
        ["pmd_mapped", "pmd_empty"],
        "a PMD stands for the entry; `collapse` has taken its page table away, so no access finds it",
      ],
      [
        ["vma_readers", "vma_write_locked"],
        "the lock of its VMA: how many faults hold it for reading; an operation has marked it as locked for writing. 0 and false if the scenario cannot tell this lock from the mmap lock",
      ],
      [
        ["given_up"],
        "MADV_FREE has given up the content, which was not written to since MADV_FREE returned (the checker's own record)",
      ],
      [
        ["armed"],
        "UFFDIO_WRITEPROTECT has returned for it, and no resolution has changed the entry since that call changed it (the checker's own record)",
      ],
      [["slot"], "for a swap entry: the position of the slot"],
      [
        ["write", "dirty", "young", "soft_dirty", "uffd_wp"],
        "the entry's bits. Up to v6.4, `write` distinguishes the two kinds of exclusive entries",
      ],
    ],
  },
  mms: {
    sentence: "one for each process",
    fields: [
      [["process"], "its name"],
      [["index"], "its own position"],
      [["running"], "the process has been started; it stays true after `exit`"],
      [["rss_anon", "rss_file", "rss_swap"], "the kernel's counters of what the process has in memory and in swap"],
      [["ptl_held"], "an actor holds its page-table lock"],
      [["mmap_write_locked", "mmap_readers"], "its mmap lock: held for writing; how many hold it for reading"],
      [["invalidations"], "notifier ranges between start and end"],
    ],
  },
  vmas: {
    sentence: "one for each VMA",
    fields: [
      [["index"], "its own position"],
      [
        ["anon_vma_readers", "i_mmap_readers"],
        "how many actors hold the locks of its reverse map for reading (`i_mmap`: of the file behind it)",
      ],
    ],
  },
  swap_slots: {
    sentence: "one for each slot, in scenarios that reclaim",
    fields: [
      [["index"], "its own position"],
      [["count"], "entries that stand for it"],
      [["cached"], "the swap cache has a page for it"],
      [["page"], "the position of that page, or -1"],
    ],
  },
  pins: {
    sentence: "one for each actor that pins, and virtual page",
    fields: [
      [["actor"], "its name"],
      [["mm", "va"], "the process and the virtual page, as numbers"],
      [["valid"], "the actor has a page pinned there"],
      [["reading"], "the actor pins pages for reading"],
      [["pfn"], "the position of that page, or -1"],
    ],
  },
  gets: {
    sentence: "one for each actor that takes references with `get`, and virtual page",
    fields: [
      [["actor"], "its name"],
      [["mm", "va"], "the process and the virtual page, as numbers"],
      [["valid"], "the actor has a reference to a page that it found there"],
      [["pfn"], "the position of that page, or -1"],
    ],
  },
  cpu_tlbs: {
    sentence: "one for each thread that loads or stores",
    fields: [
      [["thread"], "the actor's name"],
      [["mm", "va", "pfn"], "the process, the virtual page and the page that it translates to, as numbers"],
      [["valid"], "it holds a translation"],
      [["zero_page"], "it translates to the zero page"],
      [["write"], "it allows writes"],
      [["dirty"], "the CPU has seen the dirty bit set and will not read the page table again"],
    ],
  },
  device_ptes: {
    sentence: "one for each device and virtual page: the device's page table",
    fields: deviceFields(),
  },
  device_tlbs: {
    sentence: "one for each device and virtual page: the device's TLB",
    fields: deviceFields(),
  },
  devices: {
    sentence: "one for each *engine*, because each engine can have an atomic of its own under way",
    fields: [
      [["device", "engine"], "the device and the engine, as names"],
      [["atomic_in_flight"], "between load and store of its atomic"],
      [["atomic_page"], "the position of the page, or -1"],
      [["mutex_held"], "an actor holds the driver's mutex"],
      [["subscribed"], "its interval notifier is registered"],
    ],
  },
  actors: {
    sentence: "one for each actor",
    fields: [
      [["actor"], "its name"],
      [["finished"], "it has run all of its operations"],
      [["failed"], "one of its operations failed"],
      [["page_locks", "references"], "how many page locks and references it holds"],
      [
        ["other_locks"],
        "how many it holds of the mmap locks for writing, page-table locks and driver mutexes, and how many VMAs it has marked as locked for writing",
      ],
    ],
  },
};

function deviceFields(): readonly FieldSentence[] {
  return [
    [["device"], "its name"],
    [["mm", "va", "pfn"], "the process, the virtual page and the page that it translates to, as numbers"],
    [["valid"], "the device has a translation there"],
    [["own_memory"], "that page is in the memory of the device itself"],
    [["atomic"], "it allows the device atomics"],
    [["write"], "it allows the device to write, by atomics or plain stores"],
  ];
}

/** What a property of steps reads besides the state. */
export const stepSentences: Readonly<Record<string, string>> = {
  old: "the whole state before the step. Names without `old` are the state after it",
  event: "the event's parameters",
  step: "the step, as traces show it: `step.actor`, `step.procedure`, `step.label`",
};

/** The parameters of events. */
export const eventSentences: readonly FieldSentence[] = [
  [["page", "mm", "va", "device"], "the page, the process, the virtual page and the device, as positions"],
  [["write", "atomic"], "the device writes; the access is a part of an atomic"],
  [
    ["attached"],
    "the process has not given up the page since it was pinned; false for a page that was not pinned but got",
  ],
  [["stale"], "the actor only knew the page's number, and the page was freed since"],
  [["swapped"], "entries stand for a slot of its folio"],
  [["current"], "the swap cache has this page for the entry's slot"],
  [["outdated"], "it was written to since it was copied or compared"],
  [["before", "after"], "entries with `kind`, `pfn`, `write`, `dirty`, `young`, `soft_dirty` and `uffd_wp`"],
];

export function sentenceOf(fields: readonly FieldSentence[], name: string): string | undefined {
  return fields.find(([names]) => names.includes(name))?.[1];
}

/** What the model leaves out or simplifies, why that is sound, or what it can miss. Data for docs/fidelity.md. */

export interface Abstraction {
  readonly topic: string;
  /** What the kernel or the hardware does, and what the model does instead. */
  readonly instead: string;
  /** Why no violation is lost; or, plainly, which one could be. */
  readonly because: string;
}

export const abstractions: readonly Abstraction[] = [
  {
    topic: "Notifier sequence numbers",
    instead:
      "The kernel counts invalidations per address space and copies the count into each subscription. The model keeps, per subscription, whether an invalidation came since the driver began reading, and whether one that reached it is still under way.",
    because:
      "The numbers are only ever compared: mmu_interval_read_retry asks the first question, mmu_interval_read_begin waits on the second. A counter that wraps around within one read is not modelled.",
  },
  {
    topic: "Page generations",
    instead:
      "A page that is freed and allocated again cannot be told from the old one by its number. Instead of a generation per page, each actor that goes by a page's number without a reference learns when that page is freed.",
    because:
      "A generation is only ever compared by whoever kept the number. Accesses through a stale TLB to a page that is in use again are found in the interleaving in which they come before the reuse.",
  },
  {
    topic: "Page-table locks",
    instead:
      "One lock for each address space instead of one for each page table. A section under it that hardware cannot look into is one step.",
    because:
      "Every section touches entries of one table, and taking a lock moves right and dropping it moves left past other actors' steps (Lipton). Sections that hardware can look into (clear, flush, write) are separate steps with the lock held.",
  },
  {
    topic: "Walks of a page's mappings",
    instead:
      "The look at an entry without the page-table lock, and the look under it, are one step: the walk passes over an entry that is empty while another actor holds the lock, and otherwise waits for the lock.",
    because:
      "A first look that finds nothing ends the visit, as here. Any other first look decides nothing: the entry is looked at again under the lock, so that the first look might as well come just before that.",
  },
  {
    topic: "The page lock",
    instead: "Taken, tried and dropped in steps of its own.",
    because: "A failing trylock shows the lock to everybody, so that a release cannot be moved.",
  },
  {
    topic: "The flags of a new page",
    instead:
      "Of the word of a page's flags only PG_locked is shared. Setting the flags of a new page loads and stores it once, before the page is mapped, where the kernel does so for each flag (PG_uptodate, then PG_swapbacked under the page-table lock); a page that swap-in or migration has locked itself is left out.",
    because:
      "A late fault can be put off, so that what comes between the load and the store of one flag can come between those of the other. It changes no flag but PG_locked, and not that of a page that another has locked. PG_waiters, which a sleeper sets, may be lost in the kernel as well: a lost wake-up of this kind is not found.",
  },
  {
    topic: "The mmap lock",
    instead: "A queued writer does not hold up new readers. There are no per-VMA locks (v6.4 and later).",
    because:
      "Every order of sections that the kernel allows is there. A deadlock through a queued writer would be missed; nobody in the modelled code waits, with the lock held for reading, for somebody who takes it for reading. A fault under a VMA lock excludes what the mmap lock for reading excludes, and mmap lock writers mark VMAs first.",
  },
  {
    topic: "Fatal signals",
    instead:
      "exit ends the waits of a CPU's fault for the page lock and for userspace, and the test driver's for the page lock. A thread that waits for the mmap lock, which most system calls do killably, goes on waiting.",
    because:
      "What ends while it waits for its first lock did nothing, as what is killed before it begins. An actor that holds the mmap lock for ever is stuck itself, which is found.",
  },
  {
    topic: "TLB flushes",
    instead: "All CPUs' entries go in one step.",
    because:
      "A CPU may drop an entry whenever it looks for it, so that being flushed early is a behaviour that it has anyhow.",
  },
  {
    topic: "Flushes that are put off",
    instead:
      "Reclaim always puts its flushes off, and migration since v6.3, where the kernel flushes at once if no other CPU has used the address space, or, in migration, if the caller may sleep. flush_tlb_batched_pending() keeps the translations that the entries would give once more. Only changes of protection count for mm_tlb_flush_pending().",
    because:
      "A CPU that is flushed at once acts as one that dropped its translation early. What the entries give can be filled in again until the caller comes to change them. Zapping, MADV_FREE and clear_refs leave no entry that a write fault or KSM takes for unwritable while a CPU still writes through it, or exclude them by the mmap lock.",
  },
  {
    topic: "TLBs",
    instead: "One entry for each CPU; no speculative fills; the device's TLB holds every address.",
    because:
      "More entries would keep old translations longer while others are used: scenarios that matter touch few addresses. A speculative fill reads the same entry that the access would; what it could add is a translation that is older than the access, by a program that touches the page earlier.",
  },
  {
    topic: "Contents",
    instead: "Pages have no contents; stores, atomics and copies are events and ghosts.",
    because:
      "Every promise of the protocol is about who may access what when. A wrong value that comes about without any forbidden access would be missed.",
  },
  {
    topic: "Invalidation of a range",
    instead: "A device's page-table entries of the range are cleared in one step, its TLB after that in another.",
    because:
      "A walk between two clears finds an entry that its TLB could hold anyhow until the TLB is invalidated, and the callback returns after that.",
  },
  {
    topic: "Time",
    instead: "The driver's timeout of a second may have passed whenever it starts over.",
    because: "No promise depends on how long a second is.",
  },
  {
    topic: "Memory",
    instead:
      'An allocation takes any free page and fails if there is none, or at any time where the scenario says "may-fail". Page tables, VMAs and anon_vmas need no memory. That counting another entry for a swap slot takes a page is a choice where allocations may fail, whatever the count; that page is not one of the pages of the scenario.',
    because:
      "Failures of those end the operation before anything of this protocol happened. A count takes a page beyond 62 entries, which processes outside the scenario may have.",
  },
  {
    topic: "Zapping an exclusive entry since v5.18",
    instead:
      "The reference is dropped and the entry cleared in one step; the kernel drops first, both under the page-table lock.",
    because: "A fault that reads the entry in between reads what it could have read before.",
  },
  {
    topic: "Isolating a page",
    instead:
      "migrate takes the page that the address maps at that moment, off its LRU list; every anonymous page is on one. It is tried once, where the kernel tries ten times.",
    because:
      "Compaction comes by any page at any time. More tries are more operations, which a scenario can write down.",
  },
  {
    topic: "Writing to swap",
    instead:
      "The page is written at once, under the page lock, as zram and zswap do; there is no PG_writeback. A page is reclaimed whether or not it was used of late.",
    because:
      "A page under writeback has its reference and stays in the swap cache, so that the orders of writing, faulting and writing again are those of a reclaim that gives up and comes again. Races with the end of the I/O itself are not found.",
  },
  {
    topic: "Reading from swap",
    instead:
      "Always through the swap cache; nothing is read ahead, and no page bypasses the cache (SWP_SYNCHRONOUS_IO). Whether swap is so full that slots are given up early is a choice at each fault.",
    because:
      "Bypassing the cache and reading ahead are protocols of their own, with races of their own that are not found.",
  },
  {
    topic: "Freeing a reclaimed page",
    instead:
      "The reference of the isolation stands for the frozen count of 0 until the page is freed, so that a reference can still be tried for; in the kernel it cannot.",
    because:
      "Whoever gets one locks the page, finds the entry changed and lets go: what an unsuccessful try does too. It is nobody's page by then.",
  },
  {
    topic: "Waiting for a migration",
    instead: "A fault on a migration entry waits without a reference.",
    because:
      "So it is since v5.17. Before, the waiter held a reference for a moment, which could only make a migration fail that is allowed to fail.",
  },
  {
    topic: "KSM",
    instead:
      "Two pages of one VMA are merged, without trees and checksums; whether they hold the same is a choice. A merged page has no reverse map, so that migration and reclaim pass it by, and one that is left alone is not broken at once.",
    because:
      "Which pages are compared depends on contents that are not modelled. Bugs of KSM's own reverse map are not found.",
  },
  {
    topic: "Uprobes",
    instead:
      "Only that a breakpoint is taken out, by the one way that holds the mmap lock for reading; the file's own page never comes back.",
    because:
      "The other ways hold the mmap lock for writing, so that no device makes the page exclusive between get_user_pages and the page lock.",
  },
  {
    topic: "Pins",
    instead:
      "A pin is known for one, and get_user_pages_fast, which takes it without the mmap lock, is not modelled. Long-term pins move nothing.",
    because:
      "The kernel may take a page with a thousand references for a pinned one, which only keeps it where it is. Races of the fast way with fork() are not found.",
  },
  {
    topic: "Huge pages and hugetlb",
    instead:
      "Large folios have two pages, allocated together by a write fault, and mapped page by page or, where the scenario says so, by a PMD until get_user_pages splits that (FOLL_SPLIT_PMD). Nothing else splits a PMD: the operations that would are not modelled there. A walk takes the page-table lock anew for each entry of a folio, but looks at none without it once it has had it.",
    because:
      "Before v6.8 such folios come from splitting a huge page's mapping, after which they are what they are here. Other bugs of mappings by PMD and those of hugetlb are not found.",
  },
];

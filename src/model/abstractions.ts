/** What the model leaves out or simplifies: why this is sound, or what it can miss. Data for docs/fidelity.md. */

export interface Abstraction {
  readonly topic: string;
  /** What the kernel or the hardware does, and what the model does instead. */
  readonly instead: string;
  /** Why no violation is lost, or plainly which violation could be lost. */
  readonly because: string;
}

const paragraphs = (...texts: readonly string[]): string => texts.join("\n\n");

export const abstractions: readonly Abstraction[] = [
  {
    topic: "Notifier sequence numbers",
    instead:
      "The kernel counts invalidations per address space and copies the count into each subscription. The model has two flags for each subscription: an invalidation has come since the driver began to read; an invalidation that reached the subscription is still under way.",
    because:
      "The numbers are only compared: mmu_interval_read_retry asks for the first flag, and mmu_interval_read_begin waits until the second one is clear. A counter that wraps around within one read is not modelled.",
  },
  {
    topic: "Page generations",
    instead:
      "A page that is freed and allocated again keeps its number, and the model counts no generations of pages to tell the two apart. Instead, when a page is freed, each actor that uses its number without a reference is marked.",
    because:
      "Only the actor that kept the number would compare a generation, and the mark tells it the same. A TLB that still translates to the page is not marked. An access through it is found in the interleaving in which it comes before the page is used again.",
  },
  {
    topic: "Page-table locks",
    instead:
      "There is one lock for each address space instead of one for each page table. A section under the lock is one step if hardware cannot see its middle.",
    because:
      "Every section accesses entries of one table. By Lipton's reduction a section is atomic: taking a lock commutes with later steps of other actors, and dropping it with earlier ones. Where hardware can look in between (clear, flush, write), the section is several steps with the lock held.",
  },
  {
    topic: "Walks of a page's mappings",
    instead:
      "The look at an entry without the page-table lock and the look under it are one step: the walk passes over an entry that is empty while another actor holds the lock, and waits for the lock if the entry is not empty. A VMA that mremap moves away and back is visited where it was before; in the kernel it comes behind the VMAs of children.",
    because:
      "A first look that finds nothing ends the visit, as in the model. Any other first look decides nothing, because the entry is read again under the lock; so the first look can be placed immediately before the second. A walk for a child's page that ends before the parent's VMA notifies fewer devices: what needs that after two moves is not found.",
  },
  {
    topic: "The page lock",
    instead: "Taking, trying and dropping the page lock are separate steps.",
    because:
      "A trylock that fails shows another actor that the lock is held. So the moment of each release matters, and sections under the page lock cannot be one step.",
  },
  {
    topic: "The flags of a new page",
    instead:
      "Only PG_locked is shared among a page's flags. In the model, setting the flags of a new page loads and stores the word once, before the page is mapped. The kernel does so for each flag (PG_uptodate, then PG_swapbacked under the page-table lock). A page that swap-in or migration has locked itself is left out.",
    because: paragraphs(
      "One load and store is enough: a step of a late fault that can come between load and store of one flag can also be delayed until those of the other flag. A late fault changes only PG_locked, and only if no other actor has locked the page.",
      "In the kernel, PG_waiters, which a sleeper sets, may be lost in the same way. Such a lost wake-up is not found.",
    ),
  },
  {
    topic: "The mmap lock",
    instead: "A queued writer does not hold up new readers.",
    because:
      "Every order of sections that the kernel allows is possible in the model. A deadlock through a queued writer would be missed. In the modelled code no actor that holds the lock for reading waits for an actor that takes it for reading.",
  },
  {
    topic: "The locks of VMAs",
    instead:
      "On v6.4 and later, VMAs have locks of their own only where these can matter: in an address space that runs an operation under the mmap lock held for writing, and in which a thread faults in a VMA that this operation does not mark first. In all other address spaces a fault takes the mmap lock. Trying the lock is one step, and all marks end in the step that drops the mmap lock.",
    because: paragraphs(
      "In the other address spaces every such operation marks every VMA in which threads fault, before it changes anything. Then no fault runs beside it, whichever of the two locks the fault takes. Where VMAs have locks, these orders are left out:",
      "- A fault may fail under the lock of the VMA and again under the mmap lock before it succeeds. A failed try changes nothing but a reference that is given back, so a fault of three tries equals a fault of two that begins later.",
      "- lock_vma_under_rcu() looks at the VMA twice. The first look can only make it fail.",
      "- A reader may be counted and taken back at once, because the VMA is marked. This delays only the one writer that has marked the VMA.",
      "- All marks end shortly before the mmap lock is dropped. In between only the try of __vmf_anon_prepare() could tell a difference, and it may fail anyway.",
      "- A fault on a page of the page cache waits for the page lock with its lock held. The kernel drops the lock at a first try, but the holder of the page lock needs neither lock.",
      "Three features only decide what can run at once. `sometimes` conditions notice them, but no property can depend on them:",
      "- Whether clearing soft-dirty bits marks the VMAs (`clear-refs-locks-vmas`): see *Deferred flushes*.",
      "- Whether MADV_DONTNEED and MADV_FREE take the lock of the VMA (`madvise-takes-vma-lock`): an actor that holds the mmap lock for writing marks a VMA before it changes entries there. The exception is uprobe_write(), which changes an entry in one section under the page-table lock.",
      "- Whether a signal ends fork()'s wait for a VMA (`fork-waits-killably`): fork() then fails as it does without memory. An actor that holds the lock of a VMA never waits for one that waits for the mmap lock, so the wait ends anyway.",
    ),
  },
  {
    topic: "Fatal signals",
    instead:
      "exit ends two waits of a CPU's fault: for the page lock and for userspace. It also ends the test driver's wait for the page lock and, on v7.1, fork()'s wait for the lock of a VMA. A thread that waits for the mmap lock continues to wait, although in most system calls a fatal signal would end this wait.",
    because:
      "An operation that ends while it waits for its first lock has done nothing, like one that is killed before it begins. An actor that holds the mmap lock for ever is stuck itself, and this is found.",
  },
  {
    topic: "TLB flushes",
    instead: "The entries of all CPUs are removed in one step.",
    because: "A CPU may drop an entry whenever it looks it up, so an early flush adds no new behaviour.",
  },
  {
    topic: "Deferred flushes",
    instead: paragraphs(
      "In the model, reclaim always defers its flushes, and migration does so since v6.3. The kernel flushes at once if no other CPU has used the address space or, in migration, if the caller may sleep.",
      "In the model, flush_tlb_batched_pending() keeps the translations that the entries would give again, and mm_tlb_flush_pending() counts only changes of protection. In the kernel it counts every mmu_gather.",
      "A zap that finds nothing flushes nothing. In the kernel it flushes everything if another zap has yet to flush (mm_tlb_flush_nested).",
      "munmap and exit flush, and free pages, before they take the VMA out of the reverse map; the kernel does so after that.",
    ),
    because: paragraphs(
      "A CPU that is flushed at once behaves like one that dropped its translation early. A translation that an entry still gives can be filled in again until the caller of flush_tlb_batched_pending() changes the entry.",
      "mm_tlb_flush_pending() protects a write fault and KSM from an entry that looks read-only while a CPU still writes through it. Zapping and MADV_FREE leave no such entry. clear_refs excludes KSM by the mmap lock, and write faults by the locks that it takes.",
      "There is one exception: on v6.4 clear_refs does not take the lock of a VMA that is tracked already. There a write fault can come before the flush. But the entry that clear_refs made read-only was writable, so its page belongs to this mapping alone, and the fault reuses it.",
      "A zap that does not flush for another one only adds behaviour. So does an early end of the references to the pages of a VMA that is still in the reverse map: in the kernel, too, a walk finds no entry there.",
    ),
  },
  {
    topic: "TLBs",
    instead:
      "There is one entry for each CPU, and there are no speculative fills. The device's TLB holds every address.",
    because:
      "With more entries, old translations would stay longer while others are used; the scenarios that matter access few addresses. A speculative fill reads the entry as the access would, only earlier. A program that accesses the page earlier gets the same translation.",
  },
  {
    topic: "Contents",
    instead: "Pages have no contents. Stores, atomics and copies are events and ghosts.",
    because:
      "Every promise of the protocol is about who may access what, and when. A wrong value would be missed if it appears without any forbidden access.",
  },
  {
    topic: "Invalidation of a range",
    instead: "The device's page-table entries of the range are cleared in one step, and its TLB in a later step.",
    because:
      "A walk between two clears finds an entry that the device's TLB could hold anyway until the TLB is invalidated. The callback returns only after that.",
  },
  {
    topic: "Time",
    instead: "The driver's timeout of a second may be over whenever the driver starts over.",
    because: "No promise depends on how long a second is.",
  },
  {
    topic: "Memory",
    instead:
      'An allocation takes any free page. It fails if there is none, or at any time if the scenario says "may-fail". Page tables, VMAs and anon_vmas need no memory. Counting another entry for a swap slot may need a page; if allocations may fail, this is a choice, whatever the count. That page is not one of the scenario\'s pages.',
    because:
      "A failure of those other allocations ends the operation before anything of this protocol has happened. A count needs a page beyond 62 entries, and processes outside the scenario may have that many.",
  },
  {
    topic: "Zapping an exclusive entry since v5.18",
    instead:
      "One step drops the reference and clears the entry. The kernel drops the reference first. Both happen under the page-table lock.",
    because: "A fault that reads the entry in between reads what it could have read before.",
  },
  {
    topic: "Isolating a page",
    instead:
      "migrate takes the page that the address maps at that moment off its LRU list. Every anonymous page is on a list. Pages of the page cache are not moved; the kernel moves them too, and notifies the devices of every address space that maps the file there. Migration is tried once; the kernel tries ten times.",
    because:
      "Compaction may reach any page at any time. A scenario can list more than one migration, which stands for more tries. Races of moving a page of the page cache are not found. Such a move can take the mapping of a private copy from a device; in the model truncate and madvise_dontneed do that.",
  },
  {
    topic: "Writing to swap",
    instead:
      "The page is written in one step, under the page lock. It is a choice whether reclaim frees the page after that, as with zram and zswap, or leaves it in the swap cache because it is under writeback. There is no PG_writeback. A page is reclaimed whether or not it was used recently. When reclaim leaves a page that it cannot unmap, it is a choice whether swap is so full that the slot is given up.",
    because:
      "A page under writeback stays in the swap cache, which refers to it. So the orders of writing, faulting and writing again equal those of a reclaim that leaves the page there. Races with the end of the I/O itself are not found.",
  },
  {
    topic: "Reading from swap",
    instead: paragraphs(
      "Nothing is read ahead, and what is read is a single page. (Since 6.12 a fault on a synchronous device may read a large folio at once: can_swapin_thp of 6.12.117, 6.13.7, 6.14, 6.18.2 and 7.1.5.) Reads bypass the swap cache only if the scenario says that the swap device is synchronous (SWP_SYNCHRONOUS_IO). Whether swap is so full that slots are given up early is a choice at each fault. A zap gives up a slot only if no entry maps its page, however full swap is (__try_to_reclaim_swap).",
      "A fault that finds the slot claimed by another one sleeps until the claim is dropped; the kernel sleeps for a tick and tries again.",
    ),
    because:
      "Reading ahead is a separate protocol, whose races are not found. What a zap leaves in the swap cache, a later fault or reclaim may take out. A fault that finds the slot claimed changes nothing by further tries until the claim is dropped.",
  },
  {
    topic: "Freeing a reclaimed page",
    instead:
      "The kernel freezes the reference count at 0 before it frees the page. In the model the reference of the isolation stays until then, so another actor can still take a reference. In the kernel this fails.",
    because:
      "At that point no entry maps the page. An actor that gets a reference locks the page, finds the entry changed and drops the reference: it does what it would do after a failed try.",
  },
  {
    topic: "Waiting for a migration",
    instead: "A fault on a migration entry waits without a reference.",
    because:
      "This is true since v5.17. Before that the waiter briefly held a reference, which could only make a migration fail that is allowed to fail.",
  },
  {
    topic: "Hole punching",
    instead:
      "The file system holds the file's invalidate_lock (v5.15). A fault takes it only in the one step in which it reads a page that is not in the page cache. The new page has the number of the old one, which is used for nothing else; if something still refers to the old page, the fault finds no memory.",
    because:
      "A fault that reads a page does nothing under the lock that others could see before the page is in the page cache. In v5.14 some file systems exclude whole faults by locks of their own: what they allow is among what the model allows. The reuse of a file's page as another page is not found in these scenarios; a use after free is, because the step that frees a page marks all who still name it.",
  },
  {
    topic: "Memory failure",
    instead:
      "An error is found in one anonymous page that is mapped at an address. If it is off its list after memory_failure() has its lock, it counts as out of use, as a page does that was not unmapped (me_unknown; its reference stays). There is no mf_mutex, no early kill (SIGBUS comes with the next access), and of all copies only that of a collapse can meet the error. Since 6.12 at the latest memory_failure() takes the lock twice, and waits in between until all CPUs have put on their lists what they have put off (hwpoison_filter, shake_folio); here it takes the lock once, and nothing is put off. A large folio is split first (try_to_split_thp_page of 5.14, 6.1, 6.4.6, 6.8, 6.12, 6.14, 6.18.2 and 7.1.5); a page in a folio that stays whole keeps its mark and is never allocated again. It is not modelled beside migration, reclaim, MADV_FREE, KSM, and moves to and from a device's memory.",
    because:
      "The mutex keeps two errors apart, and what is done for one page touches no other page; only two errors in one folio can here keep each other from splitting it. A first lock that is dropped at once only lets time pass, and a page that is put on its list late is off the list longer, with the same result. A process that is killed early ends as by exit. Pages of files, and pages that are being moved or swapped out, are handled in other ways; bugs there are not found.",
  },
  {
    topic: "PAGEMAP_SCAN",
    instead: paragraphs(
      "The ioctl is called for written pages only, with a buffer that is large enough, and write-protects what it reports (PM_SCAN_WP_MATCHING). Its report has no value of its own: a page counts as reported if its entry gets the mark. If a kernel looks for the mark in the number of a page or swap slot, it is a choice what it finds there, and an address that it passes over counts as protected, because the program takes it for that. VMAs of files are not scanned.",
      "All entries of the call are in one page table. In memory that no PMD maps it exists. The kernel passes over addresses without a page table (pagemap_scan_pte_hole of 6.8, 6.13.7, 6.14, 6.18.2 and 7.1.5); 6.12.117 leaves markers there, as the model does in memory that no PMD maps.",
      "The entries of a PMD are changed one by one, all under the page-table lock (pagemap_scan_thp_entry and wp_huge_pmd of 6.8, 6.12.117, 6.13.7, 6.14, 6.18.2 and 7.1.5). UFFDIO_WRITEPROTECT with markers begins again if a zap or a fault changes the PMD meanwhile (change_pmd_range of 6.8, 6.12.117, 6.18.2 and 7.1.5); 6.4.6 then leaves no mark. If the call is for one page, the page table is freed and a PMD then maps a folio there, the model leaves no mark either.",
      "Since v6.10 the kernel's check of page tables warns if a writable entry that is not present gets the mark (page_table_check_pte_flags). Here it is no assertion of the kernel: the property page-table-check forbids such entries on every version.",
    ),
    because: paragraphs(
      "A call for other pages leaves entries as they are. A call that a full buffer ends is like a call for fewer pages. Between two page tables the lock is dropped after a flush, so two calls have the same orders.",
      "With or without a marker, the next scan reports the page: the first write removes the marker's mark, or maps a page without the mark. If a scan misses a write, the page was written to while its entry had the mark, and uffd-wp-tracking forbids that. Markers in VMAs of files are not found.",
    ),
  },
  {
    topic: "UFFDIO_MOVE",
    instead: paragraphs(
      "A call moves one page. The zero page is moved, too, which 6.8 refuses (move_pages_pte; not 6.12). VMAs between which pages move have one lock for their reverse maps; the kernel has one for each, and up to 6.18 UFFDIO_MOVE takes that of the source for writing.",
      "The flush comes after the new entry is written, as since 6.18. If a pin comes in between, the model flushes even where 6.18 does not. The page's lock and reference are dropped after the page-table lock; since 6.18 they are dropped before it.",
      "Where a page belongs (folio->index) is an address. A fault that finds a page of the swap cache that belongs to another address breaks an assertion of the kernel (__page_check_anon_rmap).",
    ),
    because: paragraphs(
      "Since 6.18 a call moves several pages under one pair of page-table locks. Other actors see these moves as one, between two of their steps. The devices lose all pages of a call at its start, as by any invalidation of more than is needed.",
      "The lock of the reverse map keeps away a walk that has not locked the page, and no such walk is modelled; one common lock only adds waits. The flush of older releases comes earlier, but under the same page-table lock. With CONFIG_KSM the fault copies a page of another address instead, and nothing breaks.",
    ),
  },
  {
    topic: "Moving a page to a device and back",
    instead:
      "migrate_vma works on one address. A page that moves back to the CPUs is checked for references once, before its place is taken (folio_migrate_mapping); migrate_vma_unmap, which has looked at them before, tolerates one reference more. v5.14 tries the page lock twice; in the model it does so once, under the page-table lock. A page of a device that is freed keeps some flags in the kernel, for example PG_dirty, and passes them on to the page that it is moved to; in the model it begins clean.",
    because: "A page that is refused early is put back as one that is refused late is; it was only not copied.",
  },
  {
    topic: "Pages of the swap cache that move to a device",
    instead:
      "6.14 takes a page out of the swap cache and then refuses to move it; in the model (v6.4) it stays there. In 6.18 a move from the swap cache writes to a structure that is read-only after boot, and its later releases enter the new page in the swap cache's unused tree; in the model only the references go wrong.",
    because: "Any fault may take a page out of the swap cache when swap is full, under the same lock.",
  },
  {
    topic: "A device's memory that is full",
    instead:
      "The driver's memory is full when all of its pages are in use: a request does not evict others, but a scenario can (evict_from_device). That evicts the page for which an entry at the address stands, in the device's process or else in one that shares pages with it since a fork, in one try. If there is no page to move to, it stays, although nouveau and test_hmm wait for one (__GFP_NOFAIL). xe tries three times, and keeps the address space alive meanwhile (mmget_not_zero); in the model no eviction does.",
    because:
      "An eviction that finds the page at no address finds a page that another actor is about to map, which has it locked, or to free.",
  },
  {
    topic: "Faults on a device's page without free memory",
    instead:
      "If there is no page to move back to, the fault fails as for a lack of memory. nouveau of 5.14 raises SIGBUS instead, that of 6.1 to 6.18 lets the access fault again without end, and test_hmm of 7.0 and 7.1 never calls migrate_vma_finalize().",
    because:
      "Here the verdict can be wrong: on v6.4 and v6.15 an endless loop of nouveau is not found, and on v7.1 neither are the page lock and the migration entry that test_hmm leaves behind.",
  },
  {
    topic: "Atomics of xe",
    instead:
      "xe passes over a page that is in the device's memory already, although the real one collects it and puts it back. A page that it has moved for an atomic may come back at once, although the real one keeps it for a time slice.",
    because:
      "Collecting a page and putting it back moves nothing; what goes wrong only meanwhile is not found. A time slice ends, so a page that comes back early only adds behaviour.",
  },
  {
    topic: "KSM",
    instead:
      "Two pages of one VMA are merged, without trees and checksums. Whether their contents are the same is a choice. No third page joins them. A merged page has no reverse map, so migration and reclaim pass over it. If the other page of the pair cannot join it, the kernel copies the merged page at once (break_cow); in the model it stays merged until a write copies it.",
    because:
      "Which pages are compared depends on contents that are not modelled. Bugs of KSM's own reverse map are not found.",
  },
  {
    topic: "Uprobes",
    instead:
      "The model covers only the removal of a breakpoint. The file's own page is never mapped again, and a private copy that equals it is not unmapped.",
    because:
      "All other callers of uprobe_write_opcode() hold the mmap lock for writing, so no device can make the page exclusive while they work. The removal holds it for reading, and since Linux 6.18 for writing, too (unapply_uprobe of 6.14, 6.18.2 and 7.1.5; 6.15 to 6.17 were not read).",
  },
  {
    topic: "Pins",
    instead:
      "A pin is always recognised as a pin. Every pin is a long-term one, and migrates nothing. Nothing refers to the zero page: a reader that finds it has no page.",
    because:
      "The kernel may take a page with a thousand references to be pinned. This only keeps the page in its place. The zero page is never freed or written to. Up to v6.1 a pin for reading may stay with it, as with any other page that the process then replaces.",
  },
  {
    topic: "Pins without a lock",
    instead:
      "get_user_pages_fast takes one page. The steps of all actors have one order, so memory barriers need no steps. A flush of TLBs does not wait for CPUs that have interrupts disabled. A folio that is mapped by a PMD is found page by page.",
    because:
      "Full barriers stand between taking the reference and reading the entry again, and between emptying the entry and looking for pins; so the kernel has these orders too. On x86 a flush waits for a lookup that is under way; other architectures do not wait, and the model allows their orders. If a PMD is split meanwhile, the kernel takes the slower path, with the same result.",
  },
  {
    topic: "Collapse",
    instead:
      "A collapse asks neither for the limits of khugepaged (max_ptes_none and others) nor whether a page was used lately, as MADV_COLLAPSE does not ask either. It takes pages that MADV_FREE has marked, which khugepaged of 7.1 passes over (SCAN_PAGE_LAZYFREE; not in 6.18.2, nor in MADV_COLLAPSE). If a fault of the collapse drops the mmap lock, the collapse ends; v5.14 goes on. v5.14 leaves a read-only page in the swap cache that other entries stand for (reuse_swap_page); the model takes it, as 6.1 does. Copying fails only if memory_failure() has marked the page (SCAN_COPY_MC), and never on v5.14, where it would end in a panic. The flush does not wait for GUP-fast, and nor does tlb_remove_table_sync_one (6.1). Collapses of files and shared memory are not modelled.",
    because:
      "The limits are settings, and giving up does nothing. A second call can go on. Up to v6.14 the PMD is compared before the VMA is marked, later after that, which differs only if a page table is freed meanwhile; MADV_DONTNEED, which frees one, waits for the mmap lock there. On v5.14 the model only has more orders than the kernel. Other architectures than x86 do not wait either, and since 6.1 the second look at the PMD makes up for it.",
  },
  {
    topic: "The huge zero page",
    instead:
      "In memory that a PMD may map, a read fault maps the small zero page, and so makes a page table. The kernel maps the huge zero page by the PMD, if it has one (do_huge_pmd_anonymous_page). A write then splits that mapping and gets a single page, or since 6.13 gets a folio in place of the huge zero page (do_huge_zero_wp_pmd; not in 6.12).",
    because:
      "The huge zero page may be missing or switched off (use_zero_page), so the kernel has the model's orders too. Up to 6.12 a write after the read has the same result. Races with the replacement of the huge zero page by a folio are not found: a CPU's old translation of it, and what its split or its flush would do to a device.",
  },
  {
    topic: "A PMD that is emptied before its split",
    instead:
      "If a folio is zapped after get_user_pages() has seen that a PMD maps it, there is nothing to split, and the kernel puts an empty page table there (follow_pmd_mask, pte_alloc). In the model the PMD stays empty, so the fault maps another folio, which get_user_pages() then splits.",
    because:
      "After both, the page is one that an entry of a page table maps: a single page in the kernel, and a page of a folio in the model. A write fault that finds no folio free gives the model the single page, too.",
  },
  {
    topic: "Large folios",
    instead:
      "A folio has one page or two, and a page only says whether it is in one of two. A write fault allocates both pages together, or a collapse makes a folio of single pages. In a VMA that userfaultfd monitors, the kernel allocates single pages, unless a PMD maps the folio (alloc_anon_folio of 6.8 to 7.1.5); the folios that the model allocates there, too, stand for those that are older than the registration. Folios of files and of shared memory have one page.",
    because:
      "Before v6.8 such folios come from splitting the mapping of a huge page; after the split they are as modelled here. A mistake that needs a third page of a folio, for example in the number of entries of a batch (3f8968e9cbf9), is not found. A folio of four would need four entries in each process, and four more pages to be moved.",
  },
  {
    topic: "Memory that a PMD maps",
    instead:
      "If the scenario says so, a PMD maps a folio, until something splits the mapping: get_user_pages (FOLL_SPLIT_PMD), a write to a folio that is shared, a fork of a pinned one, or MADV_DONTNEED or userfaultfd's write protection of one page. A device's memory takes single pages only, so a move there splits the folio, as the kernel does for a range that is smaller than a PMD (migrate_vma_collect_pmd of 5.14, 6.1, 6.4.6, 6.8, 6.12, 6.14, 6.18.2, 7.0 and 7.1.5). The large folios that 7.0 and later move there as a whole (MIGRATE_VMA_SELECT_COMPOUND), and moves of xe, which are of ranges, are not modelled for such memory. MADV_DONTNEED of all of it frees an empty page table since 6.14. No other page table is freed before its VMA goes.",
    because:
      "A scenario that asks for such an operation is refused. Bugs of these operations, and those of hugetlb, are not found.",
  },
  {
    topic: "Changes of a PMD",
    instead:
      "A zap clears the entries of the PMD one by one. mprotect, userfaultfd and clear_refs change them one by one, too, and flush in the end. The kernel changes the PMD at once, and v5.14 and clear_refs flush before they drop the page-table lock (pmdp_invalidate; change_huge_pmd and clear_soft_dirty_pmd of 5.14, 6.4.6 and 7.1.5). A zap and a change of protection pass over a PMD that reclaim has emptied for a moment, but clear_refs and fork() wait for it. 6.8 asks the first page alone whether MADV_FREE may give up the folio. Until its mapping is split, each page of a PMD has bits of its own here; the kernel has one of each kind. hmm_range_fault() of all versions takes a PMD that is invalid for a moment for a valid one; here it waits for the page-table lock.",
    because:
      "What is seen between two entries of a PMD, or before a late flush, only adds behaviour. A PMD that reclaim empties maps what MADV_FREE has given up, so a child may lack it; clear_refs that passes over it leaves bits that are set. An invalid PMD is changed between two calls of the notifier, which make the driver begin again. What follows from the look at the first page of a shared folio in 6.8 is not found. A page that shows as soft-dirty because another page of its folio was written to is not found either.",
  },
  {
    topic: "Walks of a large folio's mappings",
    instead:
      "A walk takes the page-table lock anew for each entry of a folio. Once it has had the lock, it no longer reads entries without it. The walk of reclaim passes over an empty entry while another actor holds the page-table lock, as for a small page; since 6.12 at the latest it waits for that lock (TTU_SYNC). The lock of the reverse map, which a split takes for writing, counts as one for reading. Entries are replaced one by one.",
    because:
      "VMAs neither come nor go under the lock for reading, and each walk of the folio's mappings needs the folio's lock. Passing over one more entry leaves one more mapping, which reclaim has to expect anyway. What happens between two entries, under the page-table lock in the kernel, only adds behaviour. No version that was read, up to 7.1.5, replaces entries of such a folio in a batch (folio_unmap_pte_batch passes it over): each page's entry takes over its own bits, PG_anon_exclusive among them, as after a split. Only the references, the lock and the dirty flag stay common to both pages until a fault or a zap; what follows from that is not found.",
  },
  {
    topic: "Splitting a large folio",
    instead:
      "MADV_FREE and reclaim split folios, and the flush comes at once. Which pages of a split folio hold only zeros is a choice. A split puts both pages of a VMA back before it goes to the next VMA; the kernel puts back one page everywhere, then the other. 6.1.192, 6.8, 6.12 and 6.14 tell from the first page alone whether a folio is shared, and so MADV_FREE splits others than in the model, which asks the page that it has found (6.1.192 and 6.8) or the folio.",
    because:
      "The folio stays locked until all pages are put back, and a fault on an entry that is not back yet waits. What follows from splitting a folio that is shared in such a way is not found.",
  },
  {
    topic: "Reclaiming a large folio",
    instead:
      "Up to v6.4 reclaim splits every folio that MADV_FREE has not marked (5.14 also a marked one that a PMD maps), as 5.14 to 6.8 do if it is mapped page by page, and goes on with the page that it was asked for; the other one stays. A folio that a PMD maps they swap out as a whole, if there are adjacent slots in swap; that is modelled since v6.15 only. Since 6.10 this holds for every folio. Two adjacent slots begin at an even one. Whether they are found is a choice, also for a folio that was partly mapped (PG_partially_mapped), which the kernel splits (6.12.117 to 7.1.5; in 7.1.5 not while the shrinker has it off its list). Up to 6.14 the split of a PMD announces the change by itself, before the walk announces it again; here both are one announcement.",
    because:
      "Adjacent slots may be missing, because slots of other processes lie between the free ones, and reclaim may pass over any page. A folio that lost a page while it was in the swap cache has no such mark in any version, and is swapped out as a whole. What happens up to 6.8 only while a folio that a PMD maps is swapped out as a whole is not found.",
  },
  {
    topic: "Migrating a large folio",
    instead:
      "Migration makes the PMD a migration entry, and flushes at once (set_pmd_migration_entry and remove_migration_pmd of 5.14, 6.1, 6.12, 6.18.2 and 7.1.5). Since 6.10 it splits a folio that was partly mapped (PG_partially_mapped; up to 6.11 one on the deferred split list). After that split only the page that was asked for is moved, also after a split for lack of a free folio.",
    because: "The other page could have been moved by a later call, and giving up is always possible.",
  },
  {
    topic: "Moving and locking a large folio",
    instead:
      "mremap moves a PMD, and a page table between aligned addresses, as a whole (move_huge_pmd and move_normal_pmd, as on x86 and arm64). It waits for a PMD that reclaim has emptied for a moment. It moves other memory entry by entry, as on x86 (since 6.18 it moves runs of entries together if the architecture marks them, as arm64 does). How many VMAs have locked a folio is not counted (mlock_count). A zap of a locked PMD takes the mark with its first entry. Up to 5.17 faulting marks what mlock() has passed over, and a split of a PMD takes the mark also if another process has locked the folio.",
    because:
      'A PMD that is passed over while it is empty maps what MADV_FREE has given up. A batch of mremap differs only in young and dirty bits. With two locked VMAs, the count of a page or folio may reach zero early (__munlock_folio: it "might undercount"; munlock_vma_folio of 6.8 to 7.1.5 takes one from it for each page of a folio), and reclaim then marks it again, as it marks a folio that lost its mark when it was moved (mlock-folio-moved). The mark guards no content: try_to_unmap_one looks at the VMA.',
  },
];

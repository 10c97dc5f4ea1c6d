/** Pages and faults in general, for all operations. */
import type { Feature } from "./feature.ts";

export const pageFeatures = [
  {
    name: "new-page-stores-flags-whole",
    sentence:
      "Setting a flag of a new page loads the word of its flags and stores the whole word, so a change of the lock bit in between is lost. Without this the flag is set atomically.",
    source:
      "do_anonymous_page, wp_page_copy, do_cow_fault and copy_present_page (mm/memory.c), __replace_page (kernel/events/uprobes.c) of 5.14 to 6.18: __SetPageUptodate, __folio_mark_uptodate",
  },
  {
    name: "fault-spares-reaped",
    sentence:
      "A fault maps no new page in an address space from which the out-of-memory reaper has begun to take pages: it ends in SIGBUS.",
    source:
      "commit 6b31d5955cb2 (v4.13); check_stable_address_space in mm/memory.c and in migrate_vma_insert_page of 5.14, 6.1, 6.4, 6.14, 6.18 and 7.1",
  },
  {
    name: "anon-exclusive",
    sentence:
      "A page records whether it belongs to one mapping alone (PG_anon_exclusive). Copy on write uses this flag rather than the reference count.",
    source: "commit 6c287605fd56 (v5.19)",
    since: "v6.4",
  },
  {
    name: "cow-counts-references",
    sentence:
      "A write fault copies a page to which anything besides its mapping refers. Without this, it reuses a page that is mapped once, even if others have references to it.",
    source: "commit 09854ba94c6a (v5.9), do_wp_page; CVE-2020-29374",
  },
  {
    name: "huge-cow-counts-references",
    sentence:
      "A write fault on a folio that is mapped by a PMD splits the mapping if anything besides it refers to the folio. Without this, it reuses the folio if no other process maps a page of it, even if others have references to it.",
    source:
      "mm/huge_memory.c of 6.4, 6.14, 6.18 and 7.1.5, do_huge_pmd_wp_page (folio_ref_count); reuse_swap_page in 5.14",
    since: "v6.4",
  },
  {
    name: "split-keeps-dirty",
    sentence:
      "If the mapping of a dirty folio by a PMD is split, its entries are dirty, and on x86 soft-dirty, too. Without this they are clean, and only the folio is dirty.",
    source:
      "commit b2231b5cfe9f (v6.4), __split_huge_pmd_locked of 6.4.6, 6.8, 6.12.117, 6.14, 6.18.2 and 7.1.5 (pte_mkdirty); not in 5.14 and 6.1.192",
    since: "v6.4",
    release: [6, 4],
  },
  {
    name: "split-of-moving-pmd-takes-no-reference",
    sentence:
      "A PMD that is a migration entry is split without a reference to the folio for each page. Without this the folio keeps these references, which nothing drops: it is neither moved nor freed.",
    source:
      "__split_huge_pmd_locked of 6.1.192, 6.4.6, 6.8, 6.12.117, 6.14, 6.18.2 and 7.1.5 (page_ref_add for a PMD that is present); 5.14 calls page_ref_add whatever the PMD is",
    since: "v6.4",
  },
  {
    name: "split-keeps-mlocked",
    sentence:
      "If the mapping of a folio by a PMD is split in a VMA that is locked into memory, the folio stays marked as locked. Without this it loses the mark.",
    source:
      "mm/rmap.c of 6.18.2, 7.0 and 7.1.5, __folio_add_anon_rmap (folio_nr_pages); not in 6.8, 6.12.117 and 6.14; 6.1.192 and 6.4.6 call munlock_vma_page or munlock_vma_folio, 5.14 clear_page_mlock",
    since: "v6.15",
  },
  {
    name: "mlock-marks-shared-pmd",
    sentence:
      "mlock() marks a folio that a PMD maps also if other processes map it. Without this it passes over such a folio, and over one whose lock is taken.",
    source:
      "mm/mlock.c of 6.1.192, 6.4.6, 6.8, 6.12.117, 6.14, 6.18.2 and 7.1.5, mlock_pte_range; in 5.14 follow_trans_huge_pmd marks, and asks for compound_mapcount",
    since: "v6.4",
  },
  {
    name: "reuse-large-folio",
    sentence:
      "A write fault reuses a page of a large folio if only this process maps the folio, by more than one entry, and nothing else refers to it. Without this, it copies the page if anything but its own mapping refers to the folio.",
    source:
      "mm/memory.c of 6.18, 7.0 and 7.1.5, __wp_can_reuse_large_anon_folio; 6.12.117 and 6.14 never reuse such a page",
    since: "v6.15",
  },
  {
    name: "write-copies-large-folio",
    sentence:
      "A write fault copies a page of a large folio unless the page is known to belong to this mapping alone. Without this, it counts what refers to the folio.",
    source:
      "mm/memory.c of 6.12.117, 6.13.7 and 6.14, wp_can_reuse_anon_folio (folio_test_large); not in 6.4.6, 6.8 and 6.18",
    since: "never",
  },
  {
    name: "pin-unshares",
    sentence:
      "Pinning a page for reading first gives the mapping a page of its own if others may share the page (FAULT_FLAG_UNSHARE). Without this, the pin takes whatever page is mapped.",
    source: "commit a7f226604170 (v5.19), gup_must_unshare; not in 5.14",
    since: "v6.4",
  },
  {
    name: "pin-unshares-files",
    sentence: "A long-term pin for reading also unshares the page of a file and the zero page.",
    source: "commit 84209e87c696 (v6.2), gup_must_unshare; not in 6.1.192",
    since: "v6.4",
  },
  {
    name: "gup-fast-looks-again",
    sentence:
      "get_user_pages_fast() reads the entry again after it has taken its reference, and goes on only if it is unchanged.",
    source: "mm/gup.c, gup_fast_pte_range, before v6.10 gup_pte_range",
  },
  {
    name: "fork-excludes-gup-fast",
    sentence:
      "While fork() copies entries, no pin is taken without a lock (write_protect_seq). Without this, fork() may share a page that is pinned at the same moment.",
    source: "commit 57efa1fe5957 (v5.11), copy_page_range and lockless_pages_from_mm, later gup_fast",
  },
  {
    name: "fast-pin-drops-mmap-lock",
    sentence:
      "If pin_user_pages_fast() has to fault a page in, the fault may drop the mmap lock. Without this it holds the lock, and gives up if userspace has to answer first.",
    source:
      "mm/gup.c of 6.4 and 7.1.5, FOLL_UNLOCKABLE; __gup_longterm_unlocked of 5.14 and 6.1.192 passes no `locked`",
    since: "v6.4",
  },
  {
    name: "fatal-signal-ends-sleep",
    sentence:
      "A fatal signal, which exit sends to the threads of the process, ends a fault's wait for the page lock or for userspace.",
    source:
      "handle_userfault (userfaultfd_get_blocking_state), __lock_page_or_retry and fault_signal_pending of Linux 5.14, 6.4 and 6.14; make_device_exclusive (folio_lock_killable) of 6.18",
  },
] as const satisfies readonly Feature[];

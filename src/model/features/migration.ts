/** Migration: replaces mappings by migration entries, copies the page, and maps it again. */
import type { Feature } from "./feature.ts";

export const migrationFeatures = [
  {
    name: "put-back-maps-exclusive-read-only",
    sentence:
      "Undoing a migration makes a mapping writable only if there was a writable migration entry, so the page of an exclusive entry is mapped read-only. Without this the entry's own write bit decides.",
    source: "remove_migration_pte of Linux 5.14, 6.1, 6.4 and 6.14 (is_writable_migration_entry)",
  },
  {
    name: "migration-flushes-tlb",
    sentence:
      "Replacing a mapping by a migration entry flushes the CPUs' TLBs at once. Without this the flush is deferred (TTU_BATCH_FLUSH).",
    source:
      "mm/rmap.c of 6.1, try_to_migrate_one (ptep_clear_flush); in 6.4, 6.14 and 6.18 should_defer_flush, which migrate_folio_unmap (mm/migrate.c) requests unless it may sleep",
    until: "v6.4",
  },
  {
    name: "migration-flushes-before-copying",
    sentence: "Migration carries out the flushes that it has deferred before it copies the page.",
    source: "mm/migrate.c of 6.4, 6.14 and 6.18, migrate_pages_batch (try_to_unmap_flush)",
    since: "v6.4",
  },
  {
    name: "migration-notifies",
    sentence: "Replacing a mapping by a migration entry invalidates the devices' mappings first.",
    source: "mm/rmap.c, try_to_migrate_one (mmu_notifier_invalidate_range_start)",
  },
  {
    name: "migration-checks-references",
    sentence: "A page is moved only if nothing refers to it except the migration and the swap cache.",
    source: "mm/migrate.c, folio_migrate_mapping",
  },
  {
    name: "migration-rechecks-entry",
    sentence: "The page is mapped again only at addresses that still have its migration entry.",
    source: "mm/migrate.c, remove_migration_pte (page_vma_mapped_walk)",
  },
  {
    name: "migration-keeps-dirty",
    sentence: "Migration entries record whether the mapping was dirty and whether it was young.",
    source: "commit 2e3468778dbe (v6.1)",
    since: "v6.4",
  },
  {
    name: "migration-keeps-soft-dirty",
    sentence:
      "A moved page is soft-dirty exactly if its migration entry is. Without this, x86 also marks a dirty page as soft-dirty.",
    source:
      "Linux 6.12.117, 6.13.7, 6.14 and 6.18 mm/migrate.c, remove_migration_pte (pte_clear_soft_dirty); not in 6.5 and 6.8",
    since: "v6.15",
  },
  {
    name: "migration-splits-partly-mapped",
    sentence:
      "If a page of a large folio has lost its mappings by itself, the folio is split before it is moved. Without this it is moved as a whole.",
    source:
      "commit 7262f208ca68 (v6.10), migrate_pages_batch (try_split_folio) of 6.12.117, 6.13.7, 6.14, 6.18.2 and 7.1.5; not in 6.8",
    since: "v6.15",
    release: [6, 10],
  },
  {
    name: "migration-keeps-partly-mapped",
    sentence:
      "A folio to which one is moved counts as partly mapped if the first one did when its mappings were gone. Without this the move forgets it.",
    source:
      "mm/migrate.c, migrate_folio_move of 6.12.117, 7.1.3 and 7.1.5 (src_partially_mapped); not in 6.13.7, 6.14, 6.18.2 and 7.0",
    since: "v7.1",
  },
  {
    name: "huge-migration-keeps-uffd-wp",
    sentence:
      "The migration entry of a folio that a PMD maps takes over userfaultfd's mark, and UFFDIO_WRITEPROTECT sets and clears the mark of such an entry. Without this the mark is lost when the folio is moved.",
    source:
      "commit 24bf08c4376b (v6.3); mm/huge_memory.c of 6.1, 6.4, 6.12, 6.18 and 7.1.5, set_pmd_migration_entry and change_huge_pmd; not in 5.14",
    since: "v6.4",
  },
  {
    name: "huge-migration-marks-mlocked",
    sentence:
      "A moved folio that a PMD maps in a VMA that is locked into memory is marked as locked. Without this it has lost the mark.",
    source:
      "remove_migration_pmd of 5.14 (mlock_vma_page) and mm/rmap.c of 6.1.192 and 6.4.6 (page_add_anon_rmap), 6.18.2, 7.0 and 7.1.5 (__folio_add_anon_rmap); not in 6.8, 6.12.117, 6.13.7 and 6.14 (folio_test_large)",
  },
  {
    name: "huge-migration-keeps-soft-dirty",
    sentence:
      "A moved folio that a PMD maps is soft-dirty exactly if its migration entry is. Without this, x86 also marks a dirty folio as soft-dirty.",
    source:
      "in no version: mm/huge_memory.c of 6.1, 6.4, 6.12, 6.18 and 7.1.5, remove_migration_pmd (pmd_mkdirty, whose comment says that it may set the soft-dirty bit). 5.14 keeps no dirty bit",
    since: "never",
  },
] as const satisfies readonly Feature[];

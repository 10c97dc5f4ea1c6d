/** Migration: replacing mappings by migration entries, copying the page, mapping it again. */
import type { Feature } from "./feature.ts";

export const migrationFeatures = [
  {
    name: "put-back-maps-exclusive-read-only",
    sentence:
      "Taking a migration back makes a mapping writable only if a writable migration entry stood there, so the page of an exclusive entry is mapped read-only. Without this the entry's own write bit decides.",
    source: "remove_migration_pte of Linux 5.14, 6.1, 6.4 and 6.14 (is_writable_migration_entry)",
  },
  {
    name: "migration-flushes-tlb",
    sentence:
      "Replacing a mapping by a migration entry flushes the CPUs' TLBs at once; otherwise that is put off (TTU_BATCH_FLUSH).",
    source:
      "mm/rmap.c of 6.1, try_to_migrate_one (ptep_clear_flush); in 6.4, 6.14 and 6.18 should_defer_flush, which migrate_folio_unmap (mm/migrate.c) asks for unless it may sleep",
    until: "v6.4",
  },
  {
    name: "migration-flushes-before-copying",
    sentence: "Migration makes up for the flushes that it has put off before it copies the page.",
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
    sentence: "A page is moved only if nobody refers to it but the migration and the swap cache.",
    source: "mm/migrate.c, folio_migrate_mapping",
  },
  {
    name: "migration-rechecks-entry",
    sentence: "The page is mapped again only where its migration entry still stands.",
    source: "mm/migrate.c, remove_migration_pte (page_vma_mapped_walk)",
  },
  {
    name: "migration-keeps-dirty",
    sentence: "Migration entries remember whether the mapping was dirty, and young.",
    source: "commit 2e3468778dbe (v6.1)",
    since: "v6.4",
  },
  {
    name: "migration-keeps-soft-dirty",
    sentence:
      "A moved page is soft-dirty where its migration entry is, and nowhere else; otherwise x86 marks a dirty one as soft-dirty, too.",
    source: "Linux 6.12.117, 6.14 and 6.18 mm/migrate.c, remove_migration_pte (pte_clear_soft_dirty); not in 6.5",
    since: "v6.15",
  },
] as const satisfies readonly Feature[];

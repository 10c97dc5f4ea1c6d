/** Walks of the reverse map, through which reclaim and migration find the entries of a page. */
import type { Feature } from "./feature.ts";
import { v8 } from "./sources.ts";

export const reverseMapFeatures = [
  {
    name: "walk-looks-without-ptl",
    sentence:
      "Walks of a page's mappings (making it exclusive up to v6.14, reclaim, migration, KSM, uprobes) read an entry before they take the page-table lock. So they also pass over an entry that another actor has emptied only for a moment.",
    source:
      "mm/page_vma_mapped.c, map_pte (without PVMW_SYNC), read in 5.14, 6.4 and 6.14. Only reclaim of large folios asks for it (mm/vmscan.c of 6.12.117 to 7.1.5, TTU_SYNC; not in 5.14, 6.1 and 6.4)",
  },
  {
    name: "walk-ends-early",
    sentence:
      "A walk of the reverse map that unmaps a page ends when no mapping of the page is left, or at the first mapping that has to stay. Without this it visits every VMA in which the page could be, and notifies the devices of each.",
    source: "mm/rmap.c, rmap_walk_anon (rmap_one, done), read in 5.14, 6.4 and 6.14",
  },
  {
    name: "reuse-moves-anon-vma",
    sentence:
      "A write fault that reuses a page that was shared before moves it to the anon_vma of its process. Then a walk of the reverse map no longer visits the processes from which this one was forked. Without this it also notifies their devices.",
    source:
      "mm/memory.c, do_wp_page of 6.1 and 6.4, wp_can_reuse_anon_folio of 6.12 to 6.18 (page_move_anon_rmap); not in 5.14",
    since: "v6.4",
  },
  {
    name: "rmap-takes-exclusive-for-migration",
    sentence:
      "A walk that looks for migration entries also stops at exclusive entries, so undoing a migration maps the page there.",
    source: `${v8}, check_pte (PVMW_MIGRATION); gone with 7b2e497a42cd (v6.15)`,
    until: "v6.15",
  },
  {
    name: "rmap-handles-exclusive",
    sentence:
      "Migration and reclaim replace exclusive entries. Without this a page with such an entry counts as not mapped.",
    source: "commits 65529295607f, bf983108be0e (v6.15)",
    since: "v6.15",
  },
  {
    name: "unmap-keeps-pinned",
    sentence:
      "A page that belongs to one mapping alone and may be pinned for DMA is not replaced by a swap or migration entry.",
    source: "commit 6c287605fd56 (v5.19), page_try_share_anon_rmap",
    since: "v6.4",
  },
  {
    name: "split-freezes-references",
    sentence: "A large folio is split only if, without its mappings, nothing but the caller refers to it.",
    source: "mm/huge_memory.c, split_huge_page_to_list (page_ref_freeze), since 6.15 __folio_split (folio_ref_freeze)",
  },
  {
    name: "split-goes-on-after-pmd",
    sentence:
      "A split of a folio replaces its mappings in all address spaces, also after a PMD that maps it. Without this the walk ends at the first such PMD, and the split fails if another process maps the folio.",
    source:
      "mm/rmap.c, try_to_migrate_one of 7.0 and 7.1.5 (page_vma_mapped_walk_restart: commit 939080834fef, also in 6.18.20 and 6.19.10); 5.14, 6.1, 6.4.6, 6.12.117 and 6.14 split the PMD before they walk, as 6.15 does; 6.18.2 ends the walk, since commit 60fbb14396d5 (v6.16)",
    except: ["v6.15"],
  },
  {
    name: "split-spares-migrating-pmd",
    sentence:
      "A split of a folio passes over a PMD that is a migration entry, which is of another folio. Without this it takes the entry for one that maps a page (CVE-2025-37958).",
    source:
      "commit be6e843fc51a (v6.15, 6.14.7 and 6.12.29), split_huge_pmd_locked in mm/huge_memory.c of 6.12.117 and __split_huge_pmd of 6.1.192 (pmd_migration), page_vma_mapped_walk of 6.18.2 and 7.1.5; 6.4.6 and 6.14 read the page of such an entry; 5.14 only compares its address",
    except: ["v6.4"],
  },
  {
    name: "split-maps-zero-page",
    sentence:
      "After a large folio was split, the zero page is mapped in place of each page that holds only zeros. Without this the page itself is mapped again.",
    source:
      "commit b1f202060afe (v6.12), try_to_map_unused_to_zeropage in mm/migrate.c of 6.12.117, 6.13.7, 6.14, 6.18.2, 7.0 and 7.1.5; not in 6.8",
    since: "v6.15",
    release: [6, 12],
  },
  {
    name: "split-spares-poisoned",
    sentence:
      "A split of a large folio does not look for zeros in a page with a hardware error. Without this the kernel reads the page, which is a machine check in the kernel.",
    source:
      "try_to_map_unused_to_zeropage in mm/migrate.c of 6.12.117, 6.18.2, 7.0 and 7.1.5 (PageHWPoison); not in 6.13.7 and 6.14",
    since: "v6.15",
    release: [6, 18],
  },
  {
    name: "migration-poisons-one-page",
    sentence:
      "A split of a large folio that is mapped page by page replaces the mappings of a page with a hardware error by hwpoison entries. Without this it does so for all pages of the folio if the first one has an error, and for none if another one has.",
    source:
      "mm/rmap.c, try_to_migrate_one of 6.1.192, 6.4.6, 6.8, 6.12.117, 6.14, 6.18.2 and 7.1.5 (PageHWPoison of subpage); 5.14 asks for the first page",
    since: "v6.4",
    release: [6, 1],
  },
  {
    name: "zero-page-keeps-bits",
    sentence:
      "When the zero page takes the place of a page of a folio that was split, the entry keeps its soft-dirty and uffd-wp bits. Without this a program that tracks writes does not see that the page was written to.",
    source:
      "commit 9658d698a8a8 (v6.18), try_to_map_unused_to_zeropage in mm/migrate.c of 6.12.117, 6.18.2, 7.0 and 7.1.5 (pte_swp_soft_dirty, pte_swp_uffd_wp); not in 6.13.7 and 6.14",
    since: "v6.15",
    release: [6, 18],
  },
] as const satisfies readonly Feature[];

/** Walks of the reverse map, by which reclaim and migration find the entries of a page. */
import type { Feature } from "./feature.ts";
import { v8 } from "./sources.ts";

export const reverseMapFeatures = [
  {
    name: "walk-looks-without-ptl",
    sentence:
      "Walks of a page's mappings (making it exclusive up to v6.14, reclaim, migration, KSM, uprobes) look at an entry before they take the page-table lock, and pass over one that is empty only until it is written again.",
    source:
      "mm/page_vma_mapped.c, map_pte (without PVMW_SYNC), read in 5.14, 6.4 and 6.14; none of these walks asks for it",
  },
  {
    name: "walk-ends-early",
    sentence:
      "A walk of the reverse map that unmaps a page ends when no mapping of it is left, or at the first that has to stay; otherwise it visits, and announces to the devices of, every VMA in which the page could be.",
    source: "mm/rmap.c, rmap_walk_anon (rmap_one, done), read in 5.14, 6.4 and 6.14",
  },
  {
    name: "rmap-takes-exclusive-for-migration",
    sentence:
      "A walk that looks for migration entries stops at exclusive ones as well, so that taking a migration back maps the page there.",
    source: `${v8}, check_pte (PVMW_MIGRATION); gone with 7b2e497a42cd (v6.15)`,
    until: "v6.15",
  },
  {
    name: "rmap-handles-exclusive",
    sentence: "Moving a page and reclaiming it replace exclusive entries; otherwise such a page counts as not mapped.",
    source: "commits 65529295607f, bf983108be0e (v6.15)",
    since: "v6.15",
  },
  {
    name: "unmap-keeps-pinned",
    sentence:
      "A page that is one mapping's alone and may be pinned for DMA is not replaced by a swap or migration entry.",
    source: "commit 6c287605fd56 (v5.19), page_try_share_anon_rmap",
    since: "v6.4",
  },
] as const satisfies readonly Feature[];

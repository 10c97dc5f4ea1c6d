/** The kernel's counters and marks agree with the page tables. */
import type { CheckDefinition, PropertyDefinition } from "../definition.ts";
import { refersToFolio } from "./entries.ts";

const isPresent = 'e.kind == "present" && !e.zero_page';

const changing = "mms.exists(m, m.mmap_write_locked || m.ptl_held)";

export const counters: readonly PropertyDefinition[] = [
  {
    name: "mapcount-matches",
    sentence: "Whenever no page-table lock is held, a page's mapcount equals the number of entries that map it.",
    checks: [
      {
        kind: "state",
        premise: "!mms.exists(m, m.ptl_held) && (pages.exists(p, p.mapcount > 0) || ptes.exists(e, e.mapped))",
        expr: "mms.exists(m, m.ptl_held) || pages.all(p, p.mapcount == size(ptes.filter(e, e.mapped && e.pfn == p.index)))",
      },
    ],
  },
  {
    name: "rss-matches",
    sentence:
      "Whenever its page-table lock is free, a process's counters of resident anonymous pages, file pages and swapped-out pages equal the entries that the process has for them.",
    checks: [
      resident(
        "rss_anon",
        `e.kind == "device_exclusive" || e.kind == "device_private" || e.kind == "migration" || ${isPresent} && pages[e.pfn].anon`,
      ),
      resident("rss_swap", 'e.kind == "swap"'),
      resident("rss_file", `${isPresent} && !pages[e.pfn].anon`),
    ],
  },
  {
    name: "swap-count-matches",
    sentence: "In every state a swap slot's count equals the entries that stand for it.",
    checks: [
      {
        kind: "state",
        premise: 'swap_slots.exists(s, s.count > 0) || ptes.exists(e, e.kind == "swap")',
        expr: 'swap_slots.all(s, s.count == size(ptes.filter(e, e.kind == "swap" && e.slot == s.index)))',
      },
    ],
  },
  {
    name: "mlocked-matches",
    sentence:
      "Whenever no mmap lock is held for writing and no page-table lock is held, the pages that locked VMAs map are marked as locked into memory, and no other pages are.",
    optional: true,
    checks: [
      {
        kind: "state",
        premise: "ptes.exists(e, e.vma_locked)",
        expr: `${changing} || ptes.filter(e, e.vma_locked && ${isPresent}).all(e, pages[e.pfn].mlocked)`,
      },
      {
        kind: "state",
        premise: "pages.exists(p, p.mlocked)",
        expr: `${changing} || pages.filter(p, p.mlocked).all(p, ptes.exists(e, e.vma_locked && ${refersToFolio}))`,
      },
    ],
  },
];

/** Compares a counter of a process's memory with its entries. */
function resident(counter: string, entryCounts: string): CheckDefinition {
  const entries = (m: string) => `size(ptes.filter(e, e.mm == ${m}.index && (${entryCounts})))`;
  return {
    kind: "state",
    premise: `mms.exists(m, !m.ptl_held && (m.${counter} > 0 || ${entries("m")} > 0))`,
    expr: `mms.filter(m, !m.ptl_held).all(m, m.${counter} == ${entries("m")})`,
  };
}

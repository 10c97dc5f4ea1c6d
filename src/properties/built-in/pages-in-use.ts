/** The references to each page are counted, and no page is used after it was freed. */
import type { PropertyDefinition } from "../definition.ts";
import { refersToFolio, samePlace } from "./entries.ts";

/**
 * What maps page `p` in such a way that it can be accessed. Where another actor has emptied the entry, that actor has
 * yet to flush.
 */
const mappings = [
  'ptes.exists(e, e.kind == "present" && !e.zero_page && !e.pmd_empty && e.pfn == p.index)',
  `cpu_tlbs.exists(t, t.valid && !t.zero_page && t.pfn == p.index && ptes.exists(e, ${samePlace("e", "t")} && e.kind == "hwpoison"))`,
  "device_ptes.exists(d, d.valid && d.pfn == p.index)",
  "device_tlbs.exists(d, d.valid && d.pfn == p.index)",
];

/** The page was in use before the step. */
const pageIsInUse = "old.pages[event.page].refcount > 0";

export const pagesInUse: readonly PropertyDefinition[] = [
  {
    name: "no-lost-reference",
    sentence:
      "In every state a page's refcount equals the references that its holders account for: mappings, exclusive entries, pins, readers, the page cache, the swap cache, pages that memory_failure has taken out of use, and those that actors hold.",
    checks: [
      {
        kind: "state",
        premise: `pages.exists(p, p.refcount > 0 || p.page_cache || p.swap_cache || p.retired || p.pins > 0 || p.gets > 0 || p.held > 0 || ptes.exists(e, ${refersToFolio}))`,
        expr: `pages.all(p, p.refcount == size(ptes.filter(e, ${refersToFolio})) + (p.page_cache ? 1 : 0) + (p.swap_cache ? size(pages.filter(o, o.folio == p.folio)) : 0) + (p.retired ? 1 : 0) + p.pins + p.gets + p.held)`,
      },
    ],
  },
  {
    name: "no-use-after-free",
    sentence: "No actor locks, maps, restores, reads or writes a page after it was freed, or freed and used again.",
    checks: [
      { kind: "step", on: "page_use", expr: `!event.stale && ${pageIsInUse}` },
      { kind: "step", on: "cpu_load", expr: pageIsInUse },
      { kind: "step", on: "cpu_store", expr: pageIsInUse },
      { kind: "step", on: "device_access", expr: pageIsInUse },
      { kind: "step", on: "dma_store", expr: pageIsInUse },
      { kind: "step", on: "dma_load", expr: pageIsInUse },
    ],
  },
  {
    name: "no-poisoned-mapping",
    sentence:
      "After memory_failure has taken a page out of use, no present entry that an access can find and no device maps the page, and no CPU has a translation that memory_failure should have flushed.",
    checks: [
      {
        kind: "state",
        premise: "pages.exists(p, p.retired)",
        expr: `pages.filter(p, p.retired).all(p, ${mappings.map((one) => `!${one}`).join(" && ")})`,
      },
    ],
  },
];

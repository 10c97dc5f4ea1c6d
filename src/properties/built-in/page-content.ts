/** The content of pages is neither lost nor changed by others: swap, copies, copy-on-write, merged pages. */
import type { PropertyDefinition } from "../definition.ts";
import { refersTo } from "./entries.ts";

/**
 * Process `mm` has an entry, a translation or a pin through which page `p` can be written to; or one of these, or a
 * reference, through which it can be accessed at all.
 */
const canWrite = (mm: string) => reaches(mm, ["e.write", "t.write", "d.write", "!q.reading"]).join(" || ");
const canReach = (mm: string) =>
  [
    ...reaches(mm, ["true", "true", "true", "true"]),
    `gets.exists(g, g.mm == ${mm}.index && g.valid && g.pfn == p.index)`,
  ].join(" || ");

function reaches(mm: string, [pte, tlb, device, pin]: readonly [string, string, string, string]): readonly string[] {
  return [
    `ptes.exists(e, e.mm == ${mm}.index && ${pte} && ${refersTo})`,
    `cpu_tlbs.exists(t, t.mm == ${mm}.index && t.valid && ${tlb} && t.pfn == p.index)`,
    `device_ptes.exists(d, d.mm == ${mm}.index && d.valid && ${device} && d.pfn == p.index)`,
    `device_tlbs.exists(d, d.mm == ${mm}.index && d.valid && ${device} && d.pfn == p.index)`,
    `pins.exists(q, q.mm == ${mm}.index && q.valid && ${pin} && q.pfn == p.index)`,
  ];
}

/**
 * Two running processes share page `p` copy-on-write. File pages are shared by design. A fork under way may still leave
 * writable TLB entries, which it flushes at its end.
 */
const isShared = `p.anon && size(mms.filter(m, m.running && (${canReach("m")}))) > 1`;

/** The content of the page is still needed: the page is mapped, or an entry stands for its slot. */
const isWanted = `(ptes.exists(e, e.kind != "none" && e.kind != "swap" && !e.zero_page && e.pfn == p.index) || swap_slots.exists(s, s.page == p.index && s.count > 0))`;

/**
 * If the page were dropped, its content would be lost: it is newer than its copy in swap and still needed, or MADV_FREE
 * has marked it but one of its mappings has not given it up.
 */
const mustBeDirty = `(p.swap_cache && p.newer_than_swap && ${isWanted} || p.lazyfree && ptes.exists(e, e.kind == "present" && e.pfn == p.index && !e.given_up))`;

/**
 * A page that is being written out, under its lock, counts as clean already. Up to v6.14 restoring a writable exclusive
 * entry makes the page dirty. The holder of the page-table lock passes the bit on, and the holder of a pin for writing
 * sets it.
 */
const isDirtySomewhere = `(p.dirty || p.locked || pins.exists(q, q.valid && !q.reading && pages.exists(o, o.index == q.pfn && o.folio == p.folio)) || mms.exists(m, m.ptl_held) || ptes.exists(e, e.pfn == p.index && (e.kind == "present" && e.dirty || e.kind == "device_exclusive" && e.write)))`;

/** No entry stands for a slot of the folio that is given up while the page has newer content. */
const isNotLost = `!old.pages.exists(p, p.folio == old.pages[event.page].folio && p.newer_than_swap && old.swap_slots.exists(s, s.page == p.index && s.count > 0))`;

const anyCopied = "old.pages.exists(p, p.copied)";
const anyMerged = "old.pages.exists(p, p.merged)";

export const pageContent: readonly PropertyDefinition[] = [
  {
    name: "no-lost-dirty",
    sentence:
      "A page that is newer than its copy in swap, or was written to since MADV_FREE returned, is dirty, in its entry or in the page itself; and it is never given up as clean.",
    checks: [
      {
        kind: "state",
        premise: `pages.exists(p, ${mustBeDirty})`,
        expr: `pages.filter(p, ${mustBeDirty}).all(p, ${isDirtySomewhere})`,
      },
      { kind: "step", on: "page_reclaimed", expr: isNotLost },
      {
        kind: "step",
        on: "pte_discarded",
        expr: "old.ptes.exists(e, e.mm == event.mm && e.va == event.va && e.given_up)",
      },
    ],
  },
  {
    name: "no-stale-swap-in",
    sentence:
      "The page that is mapped for a swap entry is the page that the swap cache has for its slot or, if the read bypassed the swap cache, has the slot's current content.",
    checks: [{ kind: "step", on: "page_swapped_in", expr: "event.current" }],
  },
  {
    name: "no-lost-store",
    sentence:
      "Once the content of a page was copied to the page that replaces it, or compared with it, no CPU, no device and no DMA writes to the old page.",
    checks: [
      { kind: "step", on: "cpu_store", premise: anyCopied, expr: "!old.pages[event.page].copied" },
      {
        kind: "step",
        on: "device_access",
        premise: `event.write && (${anyCopied})`,
        expr: "!event.write || !old.pages[event.page].copied",
      },
      { kind: "step", on: "dma_store", premise: anyCopied, expr: "!old.pages[event.page].copied" },
      { kind: "step", on: "page_replaced", expr: "!event.outdated" },
    ],
  },
  {
    name: "cow-isolation",
    sentence:
      "If one running process can write to a page of anonymous memory, by a PTE, a TLB, a device or a pin, no other running process can access that page, by these or by a reference that it took to read from it.",
    checks: [
      {
        kind: "state",
        premise: `pages.exists(p, ${isShared})`,
        expr: `pages.filter(p, p.anon).all(p, !mms.exists(m, m.running && (${canWrite("m")}) && mms.exists(n, n.running && n.index != m.index && (${canReach("n")}))))`,
      },
    ],
  },
  {
    name: "merged-pages-stay",
    sentence: "A page that KSM has merged is not written to.",
    checks: [
      { kind: "step", on: "cpu_store", premise: anyMerged, expr: "!old.pages[event.page].merged" },
      {
        kind: "step",
        on: "device_access",
        premise: `event.write && (${anyMerged})`,
        expr: "!event.write || !old.pages[event.page].merged",
      },
      { kind: "step", on: "dma_store", premise: anyMerged, expr: "!old.pages[event.page].merged" },
    ],
  },
];

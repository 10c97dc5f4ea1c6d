/**
 * The promises of the protocol, as data. What the names stand for is the schema that the model offers (src/model); all
 * texts speak of it, and nothing else does.
 */
import type { CheckDefinition, PropertyDefinition } from "./definition.ts";

/** Entry `e` refers to page `p`. An exclusive entry holds a reference like a mapping does; the zero page is no page. */
const holdsPage = '(e.kind == "present" || e.kind == "device_exclusive") && !e.zero_page';
const refersTo = `${holdsPage} && e.pfn == p.index`;

/** A folio's references are counted together. */
const refersToFolio = `${holdsPage} && e.folio == p.folio`;

/** Before the step the page was in use. */
const pageIsInUse = "old.pages[event.page].refcount > 0";

/** Process `mm` has an entry, a translation or a pin by which page `p` may be written to, or only reached. */
const canWrite = (mm: string) => reaches(mm, "e.write", "t.write", "d.write");
const canReach = (mm: string) => reaches(mm, "true", "true", "true");

function reaches(mm: string, pte: string, tlb: string, device: string): string {
  return [
    `ptes.exists(e, e.mm == ${mm}.index && ${pte} && ${refersTo})`,
    `cpu_tlbs.exists(t, t.mm == ${mm}.index && t.valid && ${tlb} && t.pfn == p.index)`,
    `device_ptes.exists(d, d.mm == ${mm}.index && d.valid && ${device} && d.pfn == p.index)`,
    `device_tlbs.exists(d, d.mm == ${mm}.index && d.valid && ${device} && d.pfn == p.index)`,
    `pins.exists(q, q.mm == ${mm}.index && q.valid && q.pfn == p.index)`,
  ].join(" || ");
}

/**
 * Two running processes share page `p` copy-on-write. File pages are shared by design; a fork under way may still leave
 * writable TLB entries, which it flushes at its end.
 */
const isShared = `p.anon && size(mms.filter(m, m.running && (${canReach("m")}))) > 1`;

const isPresent = 'e.kind == "present" && !e.zero_page';

const armedPage = "old.ptes.exists(e, e.mm == event.mm && e.va == event.va && e.armed)";

/** The entry where the page was pinned is empty for a moment, or of that page, also while it is moved or swapped out. */
const hasThePage = `old.ptes.exists(e, e.mm == event.mm && e.va == event.va && (${[
  'e.kind == "none"',
  'e.kind == "swap" && old.swap_slots.exists(s, s.index == e.slot && s.page == event.page)',
  'e.kind != "swap" && !e.zero_page && e.pfn == event.page',
].join(" || ")}))`;

const anyMerged = "old.pages.exists(p, p.merged)";
const changing = "mms.exists(m, m.mmap_write_locked || m.ptl_held)";

/** Somebody has the mmap lock of address space `mm`: what changes it by a system call has not returned yet. */
const mmapLocked = (mm: string) => `(mms[${mm}].mmap_write_locked || mms[${mm}].mmap_readers > 0)`;

const samePlace = (e: string, other: string) => `${e}.mm == ${other}.mm && ${e}.va == ${other}.va`;

/** The entry from which translation `t` was read is not there any more. */
const outlivesEntry = `t.valid && !ptes.exists(e, ${samePlace("e", "t")} && e.kind == "present" && e.pfn == t.pfn)`;

/**
 * Whoever cleared the entry is still to flush: by a system call, with the page-table lock, or with the reverse map of a
 * file that is truncated; or reclaim and migration, which put it off for a page that they keep off its list. These leave
 * an entry behind, but for what MADV_FREE has marked.
 */
const flushIsDue = [
  mmapLocked("t.mm"),
  "mms[t.mm].ptl_held",
  "vmas.exists(v, v.i_mmap_readers > 0)",
  `pages.exists(p, p.index == t.pfn && p.isolated && (p.lazyfree || ptes.exists(e, ${samePlace("e", "t")} && e.kind != "none")))`,
].join(" || ");

/** What the page holds is still somebody's: it is mapped, or an entry stands for its slot. */
const isWanted = `(ptes.exists(e, e.kind != "none" && e.kind != "swap" && !e.zero_page && e.pfn == p.index) || swap_slots.exists(s, s.page == p.index && s.count > 0))`;

/** A page differs from the copy that stands for it if it goes, or from what MADV_FREE has given up. */
const mustBeDirty = `(p.swap_cache && p.newer_than_swap && ${isWanted} || p.lazyfree && ptes.exists(e, e.kind == "present" && e.pfn == p.index && !e.given_up))`;

/**
 * While it is written, under its lock, a page counts as clean already. Up to v6.14 restoring a writable exclusive entry
 * makes it dirty; whoever has the page-table lock passes the bit on, and whoever has a pin sets it.
 */
const isDirtySomewhere = `(p.dirty || p.locked || p.pins > 0 || mms.exists(m, m.ptl_held) || ptes.exists(e, e.pfn == p.index && (e.kind == "present" && e.dirty || e.kind == "device_exclusive" && e.write)))`;

const anyCopied = "old.pages.exists(p, p.copied)";

/**
 * A premise tells when a promise is put to the test; it is true whenever the promise could be broken, so that it never
 * hides a violation.
 */
export const builtInProperties: readonly PropertyDefinition[] = [
  {
    name: "no-lost-reference",
    sentence:
      "In every state a page's refcount equals the references that its holders account for: mappings, exclusive entries, pins, the page cache, the swap cache, and those in an actor's hands.",
    checks: [
      {
        kind: "state",
        premise: `pages.exists(p, p.refcount > 0 || p.page_cache || p.swap_cache || p.pins > 0 || p.held > 0 || ptes.exists(e, ${refersToFolio}))`,
        expr: `pages.all(p, p.refcount == size(ptes.filter(e, ${refersToFolio})) + (p.page_cache ? 1 : 0) + (p.swap_cache ? 1 : 0) + p.pins + p.held)`,
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
    ],
  },
  {
    name: "no-cpu-write-while-exclusive",
    sentence:
      "No CPU store reaches a page, through a PTE or a stale TLB entry, while a writable device-exclusive entry for it exists.",
    checks: [
      {
        kind: "step",
        on: "cpu_store",
        expr: "!old.ptes.exists(e, e.device_writable && e.pfn == event.page)",
      },
    ],
  },
  {
    name: "device-atomicity",
    sentence: "Between the load and the store of one device atomic no CPU store reaches the page.",
    checks: [
      {
        kind: "step",
        on: "cpu_store",
        expr: "!old.devices.exists(d, d.atomic_in_flight && d.atomic_page == event.page)",
      },
    ],
  },
  {
    name: "dma-outside-atomics",
    sentence: "Between the load and the store of one device atomic nothing is written to the page through a pin.",
    optional: true,
    checks: [
      {
        kind: "step",
        on: "dma_store",
        expr: "!old.devices.exists(d, d.atomic_in_flight && d.atomic_page == event.page)",
      },
    ],
  },
  {
    name: "dma-coherence",
    sentence:
      "What is written through a pin is written to the page that its process has there, until the process gives that up.",
    checks: [{ kind: "step", on: "dma_store", premise: "event.attached", expr: `!event.attached || ${hasThePage}` }],
  },
  {
    name: "device-exclusivity",
    sentence:
      "While a device may do atomics on a page, no PTE maps it, no CPU's TLB translates to it and no other device has a mapping of it.",
    checks: [exclusive("device_ptes"), exclusive("device_tlbs")],
  },
  {
    name: "no-stale-device-access",
    sentence:
      "A device has a mapping of a page, and touches the page, only while the entry where it looked it up allows that, or an invalidation is under way: atomics need a writable exclusive one, loads and stores that or a present one.",
    checks: [
      backed("device_ptes"),
      backed("device_tlbs"),
      {
        kind: "step",
        on: "device_access",
        expr: 'old.ptes.exists(e, e.mm == event.mm && e.va == event.va && e.pfn == event.page && (e.device_writable || !event.atomic && e.kind == "present" && (e.write || !event.write)))',
      },
    ],
  },
  {
    name: "bit-preservation",
    sentence: "Making an entry exclusive and restoring it carry the soft-dirty and uffd-wp bits over exactly.",
    checks: [preserves("pte_made_exclusive"), preserves("pte_restored")],
  },
  {
    name: "soft-dirty-tracking",
    sentence:
      "What a CPU or a device wrote since soft-dirty bits were last cleared shows as soft-dirty, but for writes through a TLB that was not flushed yet.",
    checks: [
      {
        kind: "state",
        premise: "ptes.exists(e, e.tracked && e.written)",
        expr: `ptes.filter(e, e.tracked && e.written && e.kind != "none").all(e, e.soft_dirty)`,
      },
    ],
  },
  {
    name: "soft-dirty-exact",
    sentence:
      "Only what was written since soft-dirty bits were last cleared, or is about to be, shows as soft-dirty: from a write fault until its write, and while the page is pinned to be written to.",
    optional: true,
    checks: [
      {
        kind: "state",
        premise: "ptes.exists(e, e.tracked)",
        expr: `ptes.filter(e, e.tracked && e.soft_dirty && e.kind != "none").all(e, e.written || e.being_written || mms.exists(m, m.index == e.mm && m.mmap_write_locked))`,
      },
    ],
  },
  {
    name: "uffd-wp-tracking",
    sentence:
      "Nobody writes to a page between the return of UFFDIO_WRITEPROTECT for it and its resolution, and its entry stays marked.",
    checks: [
      { kind: "step", on: "cpu_store", premise: armedPage, expr: `!(${armedPage})` },
      {
        kind: "step",
        on: "device_access",
        premise: `event.write && (${armedPage})`,
        expr: `!event.write || !(${armedPage})`,
      },
      {
        kind: "state",
        premise: "ptes.exists(e, e.armed)",
        expr: `ptes.filter(e, e.armed && e.kind != "none").all(e, e.uffd_wp)`,
      },
    ],
  },
  {
    name: "no-lost-dirty",
    sentence:
      "A page that is newer than its copy in swap, or was written to since MADV_FREE returned, is dirty: its entry, or the page itself; and it is never given up as clean.",
    checks: [
      {
        kind: "state",
        premise: `pages.exists(p, ${mustBeDirty})`,
        expr: `pages.filter(p, ${mustBeDirty}).all(p, ${isDirtySomewhere})`,
      },
      { kind: "step", on: "page_reclaimed", expr: "!event.swapped || !old.pages[event.page].newer_than_swap" },
      {
        kind: "step",
        on: "pte_discarded",
        expr: "old.ptes.exists(e, e.mm == event.mm && e.va == event.va && e.given_up)",
      },
    ],
  },
  {
    name: "no-stale-swap-in",
    sentence: "The page that is mapped for a swap entry is the one that the swap cache has for its slot.",
    checks: [{ kind: "step", on: "page_swapped_in", expr: "event.current" }],
  },
  {
    name: "no-lost-store",
    sentence:
      "No CPU, no device and no DMA writes to a page after its content was copied to the page that takes its place, or compared with it.",
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
      "A page of anonymous memory that one running process can write to, by a PTE, a TLB, a device or a pin, is in no other running process's hands.",
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
    sentence: "Nobody writes to a page that KSM has merged.",
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
  {
    name: "page-table-check",
    sentence:
      "An entry that may be written through is in a writable VMA and not write-protected by userfaultfd; if it is present, its page is anonymous and mapped nowhere else, known as this mapping's alone from v5.19 on, and soft-dirty if the VMA tracks that.",
    checks: [
      {
        kind: "state",
        premise: "ptes.exists(e, e.write)",
        expr: "ptes.filter(e, e.write).all(e, e.vma_write && !(e.uffd_wp && e.userfaultfd))",
      },
      {
        kind: "state",
        premise: 'ptes.exists(e, e.write && e.kind == "present")',
        expr: `ptes.filter(e, e.write && e.kind == "present").all(e, !e.zero_page && pages.exists(p, p.index == e.pfn && p.anon && !p.maybe_shared) && !ptes.exists(o, o.kind == "present" && o.pfn == e.pfn && !(${samePlace("o", "e")})))`,
      },
      {
        kind: "state",
        premise: 'ptes.exists(e, e.write && e.kind == "present" && e.tracked)',
        expr: 'ptes.filter(e, e.write && e.kind == "present" && e.tracked).all(e, e.soft_dirty || mms[e.mm].mmap_write_locked)',
      },
    ],
  },
  {
    name: "access-is-revoked",
    sentence:
      "Once mprotect() has taken write permission away and returned, no CPU's TLB lets it write there; once munmap() has returned, no entry is left and no CPU's TLB translates there.",
    checks: [
      {
        kind: "state",
        premise: "cpu_tlbs.exists(t, ptes.exists(e, e.mm == t.mm && e.running && !(e.vma_mapped && e.vma_write)))",
        expr: `cpu_tlbs.filter(t, t.valid).all(t, ${mmapLocked("t.mm")} || !ptes.exists(e, ${samePlace("e", "t")} && e.running && !(e.vma_mapped && (e.vma_write || !t.write))))`,
      },
      {
        kind: "state",
        premise: "ptes.exists(e, e.running && !e.vma_mapped)",
        expr: `ptes.filter(e, e.running && !e.vma_mapped && e.kind != "none").all(e, ${mmapLocked("e.mm")})`,
      },
    ],
  },
  {
    name: "unmapped-is-flushed",
    sentence:
      "A CPU's TLB translates to an unmapped page only until the actor that unmapped it has flushed, and never to a freed page.",
    checks: [
      {
        kind: "state",
        premise: `cpu_tlbs.exists(t, ${outlivesEntry})`,
        expr: `cpu_tlbs.filter(t, ${outlivesEntry}).all(t, (t.zero_page || pages.exists(p, p.index == t.pfn && p.refcount > 0)) && (${flushIsDue}))`,
      },
    ],
  },
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
      "Whenever its page-table lock is free, a process's counters of resident anonymous and file pages and of swapped-out ones equal the entries that it has for them.",
    checks: [
      resident(
        "rss_anon",
        `e.kind == "device_exclusive" || e.kind == "migration" || ${isPresent} && pages[e.pfn].anon`,
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
      "The pages that locked VMAs map, and no others, are marked as locked into memory, whenever no mmap lock is held for writing and no page-table lock.",
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
        expr: `${changing} || pages.filter(p, p.mlocked).all(p, ptes.exists(e, e.vma_locked && ${refersTo}))`,
      },
    ],
  },
  {
    name: "lock-discipline",
    sentence: "Nobody unlocks what is not locked or is another's, and nobody ends holding a lock or a reference.",
    checks: [
      { kind: "assertion" },
      {
        kind: "state",
        premise: "actors.exists(a, a.finished)",
        expr: "actors.filter(a, a.finished).all(a, a.page_locks == 0 && a.references == 0 && a.other_locks == 0)",
      },
      // Locks held for reading do not say by whom.
      {
        kind: "state",
        premise: "size(actors) > 0 && actors.all(a, a.finished)",
        expr: "!actors.all(a, a.finished) || mms.all(m, m.mmap_readers == 0 && m.invalidations == 0) && vmas.all(v, v.anon_vma_readers == 0 && v.i_mmap_readers == 0) && devices.all(d, !d.subscribed)",
      },
    ],
  },
  {
    name: "kernel-assertions",
    sentence: "No BUG_ON and no WARN_ON of the modelled kernel code fires.",
    checks: [{ kind: "assertion" }],
  },
  {
    name: "request-succeeds",
    sentence: "No operation of an actor comes to nothing. For scenarios in which nothing stands in its way.",
    optional: true,
    checks: [{ kind: "state", premise: "actors.exists(a, a.finished || a.failed)", expr: "actors.all(a, !a.failed)" }],
  },
  {
    name: "no-deadlock",
    sentence: "Whenever no actor can move, all have finished.",
    checks: [{ kind: "deadlock" }],
  },
  {
    name: "can-always-finish",
    sentence: "From every state every operation can still finish: no livelock.",
    checks: [{ kind: "progress" }],
  },
];

/** Of every entry by which a device may do atomics on a page. */
function exclusive(entries: string): CheckDefinition {
  const others = ["device_ptes", "device_tlbs"].map(
    (list) => `!${list}.exists(o, o.valid && o.device != d.device && o.pfn == d.pfn)`,
  );
  const demands = [
    '!ptes.exists(e, e.kind == "present" && e.pfn == d.pfn)',
    "!cpu_tlbs.exists(t, t.valid && t.pfn == d.pfn)",
    ...others,
  ];
  return {
    kind: "state",
    premise: `${entries}.exists(d, d.valid && d.atomic)`,
    expr: `${entries}.filter(d, d.valid && d.atomic).all(d, ${demands.join(" && ")})`,
  };
}

/** Of every entry of a device: the page table allows it, or it may still go. */
function backed(entries: string): CheckDefinition {
  const allows = '(e.device_writable || !d.atomic && e.kind == "present" && (e.write || !d.write))';
  return {
    kind: "state",
    premise: `${entries}.exists(d, d.valid)`,
    expr: `${entries}.filter(d, d.valid).all(d, mms[d.mm].invalidations > 0 || ptes.exists(e, ${samePlace("e", "d")} && e.pfn == d.pfn && ${allows}))`,
  };
}

function preserves(event: string): CheckDefinition {
  return {
    kind: "step",
    on: event,
    premise: ["before", "after"].map((when) => `event.${when}.soft_dirty || event.${when}.uffd_wp`).join(" || "),
    expr: "event.before.soft_dirty == event.after.soft_dirty && event.before.uffd_wp == event.after.uffd_wp",
  };
}

/** A counter of a process's memory against its entries. */
function resident(counter: string, entryCounts: string): CheckDefinition {
  const entries = (m: string) => `size(ptes.filter(e, e.mm == ${m}.index && (${entryCounts})))`;
  return {
    kind: "state",
    premise: `mms.exists(m, !m.ptl_held && (m.${counter} > 0 || ${entries("m")} > 0))`,
    expr: `mms.filter(m, !m.ptl_held).all(m, m.${counter} == ${entries("m")})`,
  };
}

/**
 * The promises of the protocol, as data. The names in them stand for what the schema of the model offers (src/model).
 * All texts are about that schema; no other code depends on it.
 */
import type { CheckDefinition, PropertyDefinition } from "./definition.ts";

/**
 * Entry `e` refers to page `p`. An exclusive entry holds a reference as a mapping does. The zero page counts as no
 * page.
 */
const holdsPage = '(e.kind == "present" || e.kind == "device_exclusive") && !e.zero_page';
const refersTo = `${holdsPage} && e.pfn == p.index`;

/** The references to the pages of a folio are counted together. */
const refersToFolio = `${holdsPage} && e.folio == p.folio`;

/** The page was in use before the step. */
const pageIsInUse = "old.pages[event.page].refcount > 0";

/**
 * Process `mm` has an entry, a translation or a pin through which page `p` can be written to, or through which it can
 * be accessed at all.
 */
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
 * Two running processes share page `p` copy-on-write. File pages are shared by design. A fork under way may still leave
 * writable TLB entries, which it flushes at its end.
 */
const isShared = `p.anon && size(mms.filter(m, m.running && (${canReach("m")}))) > 1`;

const isPresent = 'e.kind == "present" && !e.zero_page';

const armedPage = "old.ptes.exists(e, e.mm == event.mm && e.va == event.va && e.armed)";

/**
 * The entry at which the page was pinned is empty for a moment, or refers to that page, also while the page is moved or
 * swapped out.
 */
const hasThePage = `old.ptes.exists(e, e.mm == event.mm && e.va == event.va && (${[
  'e.kind == "none"',
  'e.kind == "swap" && old.swap_slots.exists(s, s.index == e.slot && s.page == event.page)',
  'e.kind != "swap" && !e.zero_page && e.pfn == event.page',
].join(" || ")}))`;

const anyMerged = "old.pages.exists(p, p.merged)";
const changing = "mms.exists(m, m.mmap_write_locked || m.ptl_held)";

/**
 * An actor has the mmap lock of address space `mm`: the system call that changes the address space has not returned
 * yet.
 */
const mmapLocked = (mm: string) => `(mms[${mm}].mmap_write_locked || mms[${mm}].mmap_readers > 0)`;

const samePlace = (e: string, other: string) => `${e}.mm == ${other}.mm && ${e}.va == ${other}.va`;

/** The entry from which translation `t` was read no longer exists. */
const outlivesEntry = `t.valid && !ptes.exists(e, ${samePlace("e", "t")} && e.kind == "present" && e.pfn == t.pfn)`;

/**
 * The actor that cleared the entry has yet to flush. It does so in a system call, with the page-table lock, or with the
 * reverse map of a file that is being truncated. Reclaim and migration defer the flush of a page that they keep off its
 * list. They leave an entry behind, except for what MADV_FREE has marked.
 */
const flushIsDue = [
  mmapLocked("t.mm"),
  "mms[t.mm].ptl_held",
  "vmas.exists(v, v.i_mmap_readers > 0)",
  `pages.exists(p, p.index == t.pfn && p.isolated && (p.lazyfree || ptes.exists(e, ${samePlace("e", "t")} && e.kind != "none")))`,
].join(" || ");

/** The content of the page is still needed: the page is mapped, or an entry stands for its slot. */
const isWanted = `(ptes.exists(e, e.kind != "none" && e.kind != "swap" && !e.zero_page && e.pfn == p.index) || swap_slots.exists(s, s.page == p.index && s.count > 0))`;

/**
 * If the page were dropped, its content would be lost: it is newer than its copy in swap and still needed, or MADV_FREE
 * has marked it but one of its mappings has not given it up.
 */
const mustBeDirty = `(p.swap_cache && p.newer_than_swap && ${isWanted} || p.lazyfree && ptes.exists(e, e.kind == "present" && e.pfn == p.index && !e.given_up))`;

/**
 * A page that is being written out, under its lock, counts as clean already. Up to v6.14 restoring a writable exclusive
 * entry makes the page dirty. The holder of the page-table lock passes the bit on, and the holder of a pin sets it.
 */
const isDirtySomewhere = `(p.dirty || p.locked || p.pins > 0 || mms.exists(m, m.ptl_held) || ptes.exists(e, e.pfn == p.index && (e.kind == "present" && e.dirty || e.kind == "device_exclusive" && e.write)))`;

const anyCopied = "old.pages.exists(p, p.copied)";

/**
 * A premise says when a promise is tested. It is true whenever the promise could be broken, so it never hides a
 * violation.
 */
export const builtInProperties: readonly PropertyDefinition[] = [
  {
    name: "no-lost-reference",
    sentence:
      "In every state a page's refcount equals the references that its holders account for: mappings, exclusive entries, pins, the page cache, the swap cache, and those that actors hold.",
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
      "A write through a pin goes to the page that the process has at that address, until the process gives that page up.",
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
      "A device has a mapping of a page, and accesses the page, only while the entry at which it looked up the page allows that, or an invalidation is under way. Atomics need a writable exclusive entry; loads and stores need that or a present entry.",
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
    sentence: "Making an entry exclusive and restoring it carry over the soft-dirty and uffd-wp bits exactly.",
    checks: [preserves("pte_made_exclusive"), preserves("pte_restored")],
  },
  {
    name: "soft-dirty-tracking",
    sentence:
      "What a CPU or a device wrote since soft-dirty bits were last cleared shows as soft-dirty, except for writes through a TLB that was not flushed yet.",
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
      "Only what was written since soft-dirty bits were last cleared, or is about to be written, shows as soft-dirty: from a write fault until its write, and while the page is pinned for writing.",
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
      "Between the return of UFFDIO_WRITEPROTECT for a page and its resolution, the page is not written to, and its entry stays marked.",
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
      "A page that is newer than its copy in swap, or was written to since MADV_FREE returned, is dirty, in its entry or in the page itself; and it is never given up as clean.",
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
    sentence: "The page that is mapped for a swap entry is the page that the swap cache has for its slot.",
    checks: [{ kind: "step", on: "page_swapped_in", expr: "event.current" }],
  },
  {
    name: "no-lost-store",
    sentence:
      "After the content of a page was copied or compared for the page that replaces it, no CPU, no device and no DMA writes to the old page.",
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
      "If one running process can write to a page of anonymous memory, by a PTE, a TLB, a device or a pin, no other running process can access that page.",
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
  {
    name: "page-table-check",
    sentence:
      "An entry that allows writes is in a writable VMA and is not write-protected by userfaultfd. If it is present, its page is anonymous, is mapped nowhere else, is marked as this mapping's alone from v5.19 on, and is soft-dirty if the VMA tracks that.",
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
      "Once mprotect() has removed write permission and returned, no CPU's TLB allows writes there. Once munmap() has returned, no entry is left and no CPU's TLB translates there.",
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
      "A CPU's TLB translates to an unmapped page only until the actor that unmapped the page has flushed, and never to a freed page.",
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
      "Whenever its page-table lock is free, a process's counters of resident anonymous pages, file pages and swapped-out pages equal the entries that the process has for them.",
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
        expr: `${changing} || pages.filter(p, p.mlocked).all(p, ptes.exists(e, e.vma_locked && ${refersTo}))`,
      },
    ],
  },
  {
    name: "lock-discipline",
    sentence: "No actor unlocks a lock that it does not hold, and no actor ends while it holds a lock or a reference.",
    checks: [
      { kind: "assertion" },
      {
        kind: "state",
        premise: "actors.exists(a, a.finished)",
        expr: "actors.filter(a, a.finished).all(a, a.page_locks == 0 && a.references == 0 && a.other_locks == 0)",
      },
      // A lock that is held for reading does not record its holder.
      {
        kind: "state",
        premise: "size(actors) > 0 && actors.all(a, a.finished)",
        expr: "!actors.all(a, a.finished) || mms.all(m, m.mmap_readers == 0 && m.invalidations == 0) && vmas.all(v, v.anon_vma_readers == 0 && v.i_mmap_readers == 0) && devices.all(d, !d.subscribed)",
      },
    ],
  },
  {
    name: "kernel-assertions",
    sentence:
      "No check of the kernel itself fails: no BUG_ON, WARN_ON, bad page state, count below zero, or use of unset or freed kernel data.",
    checks: [{ kind: "assertion" }],
  },
  {
    name: "request-succeeds",
    sentence: "No operation of an actor fails. For scenarios in which nothing prevents success.",
    optional: true,
    checks: [{ kind: "state", premise: "actors.exists(a, a.finished || a.failed)", expr: "actors.all(a, !a.failed)" }],
  },
  {
    name: "no-deadlock",
    sentence: "No deadlock: if no actor can take a step, all actors have finished.",
    checks: [{ kind: "deadlock" }],
  },
  {
    name: "can-always-finish",
    sentence: "From every state every operation can still finish: there is no livelock.",
    checks: [{ kind: "can-finish" }],
  },
];

/** For every entry that allows a device atomics on a page. */
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

/** For every entry of a device: the page table allows it, or it may still be removed. */
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

/** Compares a counter of a process's memory with its entries. */
function resident(counter: string, entryCounts: string): CheckDefinition {
  const entries = (m: string) => `size(ptes.filter(e, e.mm == ${m}.index && (${entryCounts})))`;
  return {
    kind: "state",
    premise: `mms.exists(m, !m.ptl_held && (m.${counter} > 0 || ${entries("m")} > 0))`,
    expr: `mms.filter(m, !m.ptl_held).all(m, m.${counter} == ${entries("m")})`,
  };
}

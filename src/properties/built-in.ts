/**
 * The promises of the protocol, as data. What the names stand for is the schema that the model offers (src/model); all
 * texts speak of it, and nothing else does.
 */
import type { CheckDefinition, PropertyDefinition } from "./definition.ts";

/** Entry `e` refers to page `p`. An exclusive entry holds a reference like a mapping does; the zero page is no page. */
const refersTo = 'e.kind != "none" && !e.zero_page && e.pfn == p.index';

/** Before the step the page was in use. */
const pageIsInUse = "old.pages[event.page].refcount > 0";

/**
 * Two running processes share page `p` copy-on-write. File pages are shared by design; a fork under way may still leave
 * writable TLB entries, which it flushes at its end. Asked by process, as pairs of entries would be many.
 */
const isShared = `p.anon && size(mms.filter(m, m.running && ptes.exists(e, e.mm == m.index && ${refersTo}))) > 1`;

const isPresent = 'e.kind == "present" && !e.zero_page';

/**
 * A premise tells when a promise is put to the test; it is true whenever the promise could be broken, so that it never
 * hides a violation.
 */
export const builtInProperties: readonly PropertyDefinition[] = [
  {
    name: "no-lost-reference",
    sentence:
      "In every state a page's refcount equals the references that its holders account for: mappings, exclusive entries, the page cache, and those in an actor's hands.",
    checks: [
      {
        kind: "state",
        premise: `pages.exists(p, p.refcount > 0 || ptes.exists(e, ${refersTo}))`,
        expr: `pages.all(p, p.refcount == size(ptes.filter(e, ${refersTo})) + (p.page_cache ? 1 : 0) + p.held)`,
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
        premise: 'old.ptes.exists(e, e.kind == "device_exclusive")',
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
        premise: "old.devices.exists(d, d.atomic_in_flight)",
        expr: "!old.devices.exists(d, d.atomic_in_flight && d.atomic_page == event.page)",
      },
    ],
  },
  {
    name: "no-stale-device-access",
    sentence:
      "A device touches a page only while a writable exclusive entry for it stands where the device looked it up.",
    checks: [
      {
        kind: "step",
        on: "device_access",
        expr: "old.ptes.exists(e, e.mm == event.mm && e.va == event.va && e.device_writable && e.pfn == event.page)",
      },
    ],
  },
  {
    name: "bit-preservation",
    sentence: "Making an entry exclusive and restoring it carry the soft-dirty and uffd-wp bits over exactly.",
    checks: [preserves("pte_made_exclusive"), preserves("pte_restored")],
  },
  {
    name: "cow-isolation",
    sentence: "A page that two processes share copy-on-write is writable to nobody: no PTE, no TLB, no device mapping.",
    checks: [
      {
        kind: "state",
        premise: `pages.exists(p, ${isShared})`,
        expr: `pages.filter(p, ${isShared}).all(p, ${[
          `!ptes.exists(e, e.write && ${refersTo})`,
          "!cpu_tlbs.exists(t, t.valid && t.write && !t.zero_page && t.pfn == p.index)",
          "!device_ptes.exists(d, d.valid && d.atomic && d.pfn == p.index)",
          "!device_tlbs.exists(d, d.valid && d.atomic && d.pfn == p.index)",
        ].join(" && ")})`,
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
        expr: "pages.all(p, p.mapcount == size(ptes.filter(e, e.mapped && e.pfn == p.index)))",
      },
    ],
  },
  {
    name: "rss-matches",
    sentence:
      "Whenever its page-table lock is free, a process's counters of resident anonymous and file pages equal the entries that it has for them.",
    checks: [
      resident("rss_anon", `e.kind == "device_exclusive" || ${isPresent} && pages[e.pfn].anon`),
      resident("rss_file", `${isPresent} && !pages[e.pfn].anon`),
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
    ],
  },
  {
    name: "kernel-assertions",
    sentence: "No BUG_ON and no WARN_ON of the modelled kernel code fires.",
    checks: [{ kind: "assertion" }],
  },
  {
    name: "no-deadlock",
    sentence: "Whenever no actor can move, all have finished.",
    checks: [{ kind: "deadlock" }],
  },
];

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

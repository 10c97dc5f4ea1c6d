/** What a device may do with a page, and what others may do meanwhile. */
import type { CheckDefinition, PropertyDefinition } from "../definition.ts";
import { samePlace } from "./entries.ts";

/**
 * The entry at which the page was pinned is empty for a moment, or refers to that page, also while the page is moved or
 * swapped out.
 */
const hasThePage = `old.ptes.exists(e, e.mm == event.mm && e.va == event.va && (${[
  'e.kind == "none"',
  'e.kind == "swap" && old.swap_slots.exists(s, s.index == e.slot && s.page == event.page)',
  'e.kind != "swap" && !e.zero_page && e.pfn == event.page',
].join(" || ")}))`;

/** Page `p` of a device's memory is about to be moved to: its driver has locked it, and no entry maps it yet. */
const isMoving = "p.device_memory && p.locked && p.mapcount == 0";

export const deviceAccess: readonly PropertyDefinition[] = [
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
      "An access through a pin reaches the page that the process has at that address, until the process gives that page up.",
    checks: ["dma_store", "dma_load"].map((event) => ({
      kind: "step",
      on: event,
      premise: "event.attached",
      expr: `!event.attached || ${hasThePage}`,
    })),
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
      "A device has a mapping of a page, and accesses the page, only while the entry at which it looked up the page allows that, or an invalidation is under way. Atomics need a writable exclusive entry; loads and stores need that or a present entry. For a page in the device's own memory, its entry must stand there, or the driver must be moving the page.",
    checks: [
      backed("device_ptes"),
      backed("device_tlbs"),
      {
        kind: "step",
        on: "device_access",
        expr: `old.ptes.exists(e, e.mm == event.mm && e.va == event.va && e.kind != "none" && e.pfn == event.page && (e.device_writable || (!event.atomic && e.kind == "present" || e.kind == "device_private" || e.kind == "migration" && old.pages[event.page].device_memory) && (e.write || !event.write))) || old.pages.exists(p, p.index == event.page && ${isMoving})`,
      },
    ],
  },
  {
    name: "bit-preservation",
    sentence: "Making an entry exclusive and restoring it carry over the soft-dirty and uffd-wp bits exactly.",
    checks: [preserves("pte_made_exclusive"), preserves("pte_restored")],
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
  const allows =
    '(e.device_writable || (!d.atomic && e.kind == "present" || d.own_memory && (e.kind == "device_private" || e.kind == "migration")) && (e.write || !d.write))';
  return {
    kind: "state",
    premise: `${entries}.exists(d, d.valid)`,
    expr: `${entries}.filter(d, d.valid).all(d, mms[d.mm].invalidations > 0 || ptes.exists(e, ${samePlace("e", "d")} && e.kind != "none" && e.pfn == d.pfn && ${allows}) || pages.exists(p, p.index == d.pfn && d.own_memory && ${isMoving}))`,
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

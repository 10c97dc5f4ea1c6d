/** The process learns which pages were written to: by soft-dirty bits and by userfaultfd. */
import type { PropertyDefinition } from "../definition.ts";

const armedPage = "old.ptes.exists(e, e.mm == event.mm && e.va == event.va && e.armed)";

export const writeTracking: readonly PropertyDefinition[] = [
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
      "Only what was written since soft-dirty bits were last cleared, or is about to be written, shows as soft-dirty. A page is about to be written from a write fault until its write, and while it is pinned for writing.",
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
      "From the return of UFFDIO_WRITEPROTECT, or of PAGEMAP_SCAN, until userspace or an asynchronous write fault ends the protection, the page is not written to, and its entry stays marked.",
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
];

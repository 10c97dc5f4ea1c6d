/** Page tables and TLBs allow only what the process may do now. */
import type { PropertyDefinition } from "../definition.ts";
import { samePlace } from "./entries.ts";

/**
 * An actor has the mmap lock of address space `mm`: the system call that changes the address space has not returned
 * yet.
 */
const mmapLocked = (mm: string) => `(mms[${mm}].mmap_write_locked || mms[${mm}].mmap_readers > 0)`;

/** The entry from which translation `t` was read no longer exists. */
const outlivesEntry = `t.valid && !ptes.exists(e, ${samePlace("e", "t")} && e.kind == "present" && e.pfn == t.pfn)`;

/**
 * The actor that cleared the entry has yet to flush. It does so in a system call, with the lock of the VMA or
 * the page-table lock, or with the reverse map of a file that is being truncated. Reclaim and migration defer the flush of a page that they keep off its
 * list. They leave an entry behind, except for what MADV_FREE has marked.
 */
const flushIsDue = [
  mmapLocked("t.mm"),
  `ptes.exists(e, ${samePlace("e", "t")} && e.vma_readers > 0)`,
  "mms[t.mm].ptl_held",
  "vmas.exists(v, v.i_mmap_readers > 0)",
  `pages.exists(p, p.index == t.pfn && p.isolated && (p.lazyfree || ptes.exists(e, ${samePlace("e", "t")} && e.kind != "none")))`,
].join(" || ");

export const accessRights: readonly PropertyDefinition[] = [
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
];

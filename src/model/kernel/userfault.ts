/** Userfaultfd write protection (fs/userfaultfd.c, mm/userfaultfd.c, mm/mprotect.c). */
import { type Expr, field, not, withFields } from "../../ir/expression.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import type { Context } from "../context.ts";
import { mmapReadLock, mmapReadUnlock } from "./mmap-lock.ts";
import { invalidateRangeEnd, invalidateRangeStart } from "./notifier.ts";
import { awaitPtl, isNone } from "./page-table.ts";
import { flushTlb } from "./tlb.ts";

/** handle_userfault(): lets go of the mmap lock and sleeps until the page is no longer write-protected. */
export const handleUserfault = procedure<{ readonly context: Context; readonly va: number }>(
  "handle_userfault",
  { file: "fs/userfaultfd.c" },
  (k, { context, va }) => {
    k.step("mmap_read_unlock", "queues the fault for userspace and drops the mmap lock", () =>
      mmapReadUnlock(k, context),
    );
    k.step("schedule", "sleeps until userspace resolves the fault", () => {
      k.await(not(field(context.machine.pte(context.mm, va), "uffd_wp")));
    });
  },
);

export interface WriteProtect {
  readonly context: Context;
  readonly first: number;
  readonly count: number;
}

/** mwriteprotect_range() with UFFDIO_WRITEPROTECT_MODE_WP */
export const writeProtectRange = procedure<WriteProtect>(
  "mwriteprotect_range",
  { file: "mm/userfaultfd.c" },
  (k, range) => {
    changeProtection(k, range, (pte) => withFields(pte, { uffd_wp: true, write: false }));
  },
);

/** mwriteprotect_range() without the mode: resolves. A page becomes writable again at its next write fault. */
export const resolveRange = procedure<WriteProtect>("uffd_wp_resolve", { file: "mm/userfaultfd.c" }, (k, range) => {
  changeProtection(k, range, (pte) => withFields(pte, { uffd_wp: false }));
});

/** change_protection() over the range, under the mmap lock for reading; a writable exclusive entry becomes a readable one. */
function changeProtection(k: Recorder, { context, first, count }: WriteProtect, change: (pte: Expr) => Expr): void {
  const { machine, mm } = context;
  k.step("mmap_read_lock", "takes the mmap lock for reading", () => mmapReadLock(k, context));
  k.call(invalidateRangeStart, { context, event: "PROTECTION_VMA", mm, first, count });
  for (let va = first; va < first + count; va++) {
    const pte = machine.pte(mm, va);
    k.step(`change_pte_range ${machine.addresses[va]}`, "changes the entry under the PTL", () => {
      awaitPtl(k, context, mm);
      k.if(not(isNone(pte)), () => k.set(pte, change(pte)));
    });
  }
  k.call(invalidateRangeEnd, { context, mm });
  k.step("flush_tlb_range", "flushes the range from the CPUs' TLBs", () => flushTlb(k, machine, mm, first, count));
  k.step("mmap_read_unlock", "drops the mmap lock", () => mmapReadUnlock(k, context));
}

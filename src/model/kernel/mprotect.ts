/** mprotect() and the change of entries that it shares with userfaultfd (mm/mprotect.c). */
import { and, type Expr, field, not, or, select, withFields } from "../../ir/expression.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import type { Context } from "../context.ts";
import type { Vma } from "../machine.ts";
import { mmapWriteLock, mmapWriteUnlock } from "./mmap-lock.ts";
import { invalidateRangeEnd, invalidateRangeStart } from "./notifier.ts";
import { awaitPtl, isExclusive, isNone, isPresent, pfn } from "./page-table.ts";
import { flushTlb } from "./tlb.ts";
import type { VmaOperation } from "./zap.ts";

/**
 * can_change_pte_writable(): whether an entry of a private mapping may become writable without a fault. No page but an
 * anonymous one that is this mapping's alone, none that soft-dirty tracking or userfaultfd waits to hear of.
 */
export function canChangePteWritable({ machine }: Context, mm: number, vma: Vma, pte: Expr, page: Expr): Expr {
  return and(
    machine.vmaWrite(mm, vma),
    or(not(machine.tracksSoftDirty(mm, vma)), field(pte, "soft_dirty")),
    not(field(pte, "uffd_wp")),
    machine.pageAnon(page),
    machine.anonExclusive(page),
  );
}

export const mprotectRead = procedure<VmaOperation>("mprotect_fixup", { file: "mm/mprotect.c" }, (k, operation) => {
  mprotect(k, operation, false);
});

export const mprotectWrite = procedure<VmaOperation>("mprotect_fixup", { file: "mm/mprotect.c" }, (k, operation) => {
  mprotect(k, operation, true);
});

function mprotect(k: Recorder, { context, vma }: VmaOperation, write: boolean): void {
  const { machine, mm } = context;
  const mapped = k.register("mapped", bool);
  k.step("mmap_write_lock", "takes the mmap lock for writing and changes the VMA's permission", () => {
    mmapWriteLock(k, context);
    k.set(mapped, machine.vmaMapped(mm, vma.index));
    k.set(machine.vmaWrite(mm, vma), write);
  });
  k.if(mapped, () =>
    changeProtection(k, { context, first: vma.first, count: vma.count }, (pte) => {
      if (!write) return withFields(pte, { write: false });
      // Permission alone makes nothing writable before v6.1: the next write faults.
      if (!machine.has("protection-restores-write")) return pte;
      const may = and(isPresent(pte), canChangePteWritable(context, mm, vma, pte, pfn(pte)));
      return select(may, withFields(pte, { write: true }), pte);
    }),
  );
  k.step("mmap_write_unlock", "drops the mmap lock", () => mmapWriteUnlock(k, context));
}

export interface ProtectedRange {
  readonly context: Context;
  readonly first: number;
  readonly count: number;
}

/**
 * change_protection(): tells the devices, changes each entry under the PTL, then flushes. Taking write permission away
 * makes a writable exclusive entry a readable one, where there are two kinds of them.
 */
export function changeProtection(
  k: Recorder,
  range: ProtectedRange,
  change: (pte: Expr) => Expr,
  also: (va: number) => void = () => {},
): void {
  const { context, first, count } = range;
  const { machine, mm } = context;
  k.call(invalidateRangeStart, { context, event: "PROTECTION_VMA", mm, first, count });
  for (let va = first; va < first + count; va++) {
    const pte = machine.pte(mm, va);
    k.step(`change_pte_range ${machine.addresses[va]}`, "changes the entry under the PTL", () => {
      awaitPtl(k, context, mm);
      const changed = change(pte);
      // One kind of exclusive entry: it says nothing of permission, and restoring it looks at the VMA.
      const kept = machine.has("protection-demotes-exclusive")
        ? changed
        : select(isExclusive(pte), withFields(changed, { write: field(pte, "write") }), changed);
      k.if(not(isNone(pte)), () => {
        k.set(pte, kept);
        also(va);
      });
    });
  }
  k.call(invalidateRangeEnd, { context, mm });
  k.step("flush_tlb_range", "flushes the range from the CPUs' TLBs", () => flushTlb(k, machine, mm, first, count));
}

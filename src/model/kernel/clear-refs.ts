/** Clearing soft-dirty bits (fs/proc/task_mmu.c). */
import { and, constant, field, not, withFields } from "../../ir/expression.ts";
import { at } from "../../ir/lookup.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import type { Context, VmaOperation } from "../machine/context.ts";
import { rootOf, vmaAt } from "../machine/machine.ts";
import { mmapWriteLock, mmapWriteUnlock } from "./mmap-lock.ts";
import { modifyEntry } from "./modify-entry.ts";
import { invalidateRangeEnd, invalidateRangeStart } from "./notifier.ts";
import { isPresent, isZeroPage, pfn } from "./page-table.ts";
import { maybeDmaPinned } from "./pinned.ts";
import { flushTlb } from "./tlb.ts";
import { forgetWritten, openClearing } from "./tracking.ts";
import { vmaStartWrite } from "./vma-lock.ts";

/**
 * clear_refs_write() with type 4: starts tracking. A present entry loses its write permission together with its
 * soft-dirty bit. A swap form loses only the bit, so a writable exclusive entry stays writable. What CPUs write through
 * their TLBs before the flush is not recorded: userspace has to accept that.
 */
export const clearRefs = procedure<{ readonly context: Context }>(
  "clear_refs_write",
  { file: "fs/proc/task_mmu.c" },
  (k, { context }) => {
    const { machine, mm } = context;
    const vmas = machine.vmas.filter((vma) => vma.mm === rootOf(machine, mm));
    const range = { first: at(vmas, 0).first, count: vmas.reduce((sum, { count }) => sum + count, 0) };
    const marks = machine.vmaLocksOf(mm).length > 0;
    k.step(
      "mmap_write_lock",
      marks ? "takes the mmap lock for writing" : "takes the mmap lock for writing and starts tracking in every VMA",
      () => {
        mmapWriteLock(k, context);
        if (!marks) for (const vma of vmas) k.set(machine.tracksSoftDirty(mm, vma), true);
        openClearing(k, machine, mm, true);
      },
    );
    if (marks) for (const vma of vmas) startTracking(k, { context, vma });
    k.call(invalidateRangeStart, { context, event: "SOFT_DIRTY", mm, ...range });
    const protect = machine.has("clear-refs-protects") ? { write: false } : {};
    for (let va = range.first; va < range.first + range.count; va++) {
      const vma = vmaAt(machine, va);
      const lock = machine.has("clear-refs-locks-vmas") ? machine.vmaLock(mm, vma) : undefined;
      if (lock !== undefined && va === vma.first)
        k.step(`process_vma_walk_lock ${vma.name}`, "marks the VMA as locked, unless that was done", () =>
          vmaStartWrite(k, context, lock),
        );
      modifyEntry(k, {
        context,
        va,
        by: "clear_soft_dirty",
        skips: (pte) =>
          machine.has("clear-refs-skips-pinned")
            ? // pte_is_pinned() asks for a writable entry.
              and(
                isPresent(pte),
                field(pte, "write"),
                not(isZeroPage(machine, pte)),
                maybeDmaPinned(machine, pfn(pte)),
                // clear_soft_dirty_pmd() asks for no pins.
                not(machine.pmdMapped(mm, vma)),
              )
            : constant(0, bool),
        change: (pte) => withFields(pte, { soft_dirty: false, ...protect }),
        changeOther: (pte) => withFields(pte, { soft_dirty: false }),
        also: () => forgetWritten(k, machine, mm, va),
      });
    }
    k.call(invalidateRangeEnd, { context, mm });
    k.step("flush_tlb_mm", "flushes the process's translations", () => {
      if (machine.has("clear-refs-flushes-tlb")) flushTlb(k, machine, mm, range.first, range.count);
      else k.outcome("flushes nothing");
      openClearing(k, machine, mm, false);
    });
    k.step("mmap_write_unlock", "drops the mmap lock", () => mmapWriteUnlock(k, context));
  },
);

/** vm_flags_clear(VM_SOFTDIRTY): marks the VMA as locked for writing first. A VMA that is tracked already stays as it is. */
function startTracking(k: Recorder, { context, vma }: VmaOperation): void {
  const { machine, mm } = context;
  const tracks = machine.tracksSoftDirty(mm, vma);
  const lock = machine.vmaLock(mm, vma);
  k.step(`vm_flags_clear ${vma.name}`, "starts tracking in the VMA, unless the VMA is tracked already", () =>
    k.if(
      tracks,
      () => k.outcome("finds the VMA tracked already"),
      () => {
        k.outcome("starts tracking");
        if (lock !== undefined) vmaStartWrite(k, context, lock);
        k.set(tracks, true);
      },
    ),
  );
}

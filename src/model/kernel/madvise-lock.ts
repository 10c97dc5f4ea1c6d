/** The lock under which MADV_DONTNEED and MADV_FREE run (mm/madvise.c get_lock_mode, try_vma_read_lock). */
import { and, constant, type Expr, not } from "../../ir/expression.ts";
import type { Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import type { RangeOperation } from "../machine/context.ts";
import { usesUserfaultfd } from "../machine/userfaultfd.ts";
import { mmapReadLock, mmapReadUnlock, sayUnlockedVma } from "./mmap-lock.ts";
import { vmaEndRead, vmaStartRead } from "./vma-lock.ts";

export interface MadviseLock {
  /** A register: the VMA is there and is not locked into memory. */
  readonly found: Expr;
  /** The call holds the lock of the VMA instead of the mmap lock. */
  readonly underVmaLock: Expr;
}

/**
 * Takes the mmap lock for reading, or since 6.18 the lock of the VMA, and looks up the VMA. The range is always in one
 * VMA. A VMA with userfaultfd needs the mmap lock.
 */
export function madviseLock(k: Recorder, { context, vma }: RangeOperation): MadviseLock {
  const { machine, mm } = context;
  const found = k.register("mapped", bool);
  const lock = machine.has("madvise-takes-vma-lock") ? machine.vmaLock(mm, vma) : undefined;
  const underVmaLock = lock === undefined ? constant(0, bool) : k.register("under_vma_lock", bool);
  const unlocked = and(machine.vmaMapped(mm, vma.index), not(machine.vmaLocked(mm, vma)));
  if (lock !== undefined)
    k.step("try_vma_read_lock", "takes the lock of the VMA for reading, if that is possible at once", () => {
      const armed = usesUserfaultfd(machine) ? machine.userfaultfd(mm, vma) : false;
      vmaStartRead(k, context, lock, { serves: not(armed), locked: underVmaLock });
      k.set(found, unlocked);
    });
  k.if(not(underVmaLock), () =>
    k.step("mmap_read_lock", "takes the mmap lock for reading and looks up the VMA", () => {
      mmapReadLock(k, context);
      k.set(found, unlocked);
      sayUnlockedVma(k, context, vma, found);
    }),
  );
  return { found, underVmaLock };
}

/**
 * `also`: a part of the step. Since 6.18 the lock of the VMA is dropped before the last flush. Here it is dropped after
 * it: operations that end in between flush everything themselves, because a flush is under way (mm_tlb_flush_nested).
 */
export function madviseUnlock(
  k: Recorder,
  { context, vma }: RangeOperation,
  { underVmaLock }: MadviseLock,
  also: () => void = () => {},
): void {
  const lock = context.machine.vmaLock(context.mm, vma);
  k.if(
    underVmaLock,
    () =>
      k.step("vma_end_read", "drops the lock of the VMA", () => {
        also();
        if (lock !== undefined) vmaEndRead(k, context, lock);
      }),
    () =>
      k.step("mmap_read_unlock", "drops the mmap lock", () => {
        also();
        mmapReadUnlock(k, context);
      }),
  );
}

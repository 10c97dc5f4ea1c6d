/** The locks under which UFFDIO_MOVE runs (mm/userfaultfd.c uffd_move_lock): those of both VMAs. */
import { add, and, constant, type Expr, eq, isConstant, not } from "../../ir/expression.ts";
import type { Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import type { Context } from "../machine/context.ts";
import { vmaAt } from "../machine/machine.ts";
import { mmapReadLock, mmapReadUnlock, sayVma } from "./mmap-lock.ts";
import { mightSleep } from "./page-table.ts";
import { anonVmaPrepare } from "./reverse-map.ts";
import { vmaEndRead, vmaStartRead } from "./vma-lock.ts";

export interface MovedPage {
  readonly context: Context;
  /** Addresses. */
  readonly from: number;
  readonly to: number;
}

/**
 * Takes the locks of the destination's VMA and of the source's, and returns a register: whether both VMAs are there. A
 * call without one lock drops the other before it takes the mmap lock, under which it then takes both. So no call waits
 * for the mmap lock with the lock of a VMA held. VMAs that have no lock in the model are guarded by the mmap lock.
 */
export function uffdMoveLock(k: Recorder, moved: MovedPage): Expr {
  const { context, from, to } = moved;
  const { machine, mm } = context;
  const [source, target] = [vmaAt(machine, from), vmaAt(machine, to)];
  const both = and(machine.vmaMapped(mm, source.index), machine.vmaMapped(mm, target.index));
  const found = k.register("found", bool);
  const [dst, src] = [machine.vmaLock(mm, target), machine.vmaLock(mm, source)];
  if (dst === undefined || src === undefined) {
    k.step("mmap_read_lock", "takes the mmap lock for reading and looks up both VMAs", () => {
      mmapReadLock(k, context);
      k.set(found, both);
      sayVma(k, "reading", found);
      prepareDestination(k, moved);
    });
    return found;
  }
  const has = machine.hasAnonVma(mm, target);
  k.step(
    "lock_vma_under_rcu(dst)",
    "takes the lock of the destination's VMA for reading, if that is possible at once",
    () => vmaStartRead(k, context, dst, { serves: isConstant(has) ? constant(1, bool) : has, locked: found }),
  );
  if (source !== target)
    k.if(found, () => {
      k.step(
        "lock_vma_under_rcu(src)",
        "takes the lock of the source's VMA for reading, if that is possible at once",
        () => vmaStartRead(k, context, src, { serves: true, locked: found }),
      );
      k.if(not(found), () =>
        k.step("vma_end_read(dst)", "drops the lock of the destination's VMA", () => vmaEndRead(k, context, dst)),
      );
    });
  k.if(not(found), () =>
    k.step("find_vmas_mm_locked", "takes the locks of both VMAs under the mmap lock, which it then drops", () => {
      mightSleep(k, context);
      k.await(eq(machine.mmapWriter(mm), 0));
      k.set(found, both);
      prepareDestination(k, moved);
      k.if(
        found,
        () => {
          k.outcome("takes the locks of both VMAs");
          for (const { readers } of source === target ? [dst] : [dst, src]) k.set(readers, add(readers, 1));
        },
        () => k.outcome("finds no VMA"),
      );
    }),
  );
  return found;
}

/**
 * find_vma_and_prepare_anon(), part of a step: the destination's VMA gets its anon_vma before the source's VMA is looked up,
 * so also if that is not there (find_vmas_mm_locked of 6.12.117, 6.14, 6.18.2 and 7.1.5; 6.8 waits until both VMAs are checked).
 */
function prepareDestination(k: Recorder, { context, to }: MovedPage): void {
  const { machine, mm } = context;
  k.if(machine.vmaMapped(mm, vmaAt(machine, to).index), () => anonVmaPrepare(k, context, to));
}

/** uffd_move_unlock(). `also`: a part of the step. */
export function uffdMoveUnlock(k: Recorder, { context, from, to }: MovedPage, found: Expr, also: () => void): void {
  const { machine, mm } = context;
  const [source, target] = [vmaAt(machine, from), vmaAt(machine, to)];
  const [dst, src] = [machine.vmaLock(mm, target), machine.vmaLock(mm, source)];
  if (dst === undefined || src === undefined) {
    k.step("mmap_read_unlock", "drops the mmap lock", () => {
      mmapReadUnlock(k, context);
      also();
    });
    return;
  }
  k.step("uffd_move_unlock", "drops the locks of the VMAs", () => {
    k.if(found, () => {
      for (const lock of source === target ? [dst] : [src, dst]) vmaEndRead(k, context, lock);
    });
    also();
  });
}

/** The lock under which a fault runs: the mmap lock, or the lock of its VMA (mm/memory.c, mm/filemap.c). Parts of steps. */
import { and, constant, type Expr, eq, isConstant, ne, not, or } from "../../ir/expression.ts";
import type { Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import type { Context } from "../machine/context.ts";
import { vmaAt } from "../machine/machine.ts";
import { mmapReadUnlock } from "./mmap-lock.ts";
import { anonVmaPrepare } from "./reverse-map.ts";
import { vmaEndRead } from "./vma-lock.ts";

/** Which lock a fault holds. */
export interface FaultLock {
  readonly va: number;
  /** The lock of its VMA instead of the mmap lock (FAULT_FLAG_VMA_LOCK); by default the fault holds the mmap lock. */
  readonly underVmaLock?: Expr;
}

export const isUnderVmaLock = ({ underVmaLock = constant(0, bool) }: FaultLock): Expr => underVmaLock;

/** release_fault_lock(): drops the one of the two locks that the fault holds. */
export function releaseFaultLock(k: Recorder, context: Context, fault: FaultLock): void {
  const { machine, mm } = context;
  const lock = machine.vmaLock(mm, vmaAt(machine, fault.va));
  k.if(
    isUnderVmaLock(fault),
    () => {
      if (lock !== undefined) vmaEndRead(k, context, lock);
    },
    () => mmapReadUnlock(k, context),
  );
}

/**
 * vmf_anon_prepare(), part of a step of a write fault: `ready` runs once the VMA has an anon_vma. The mmap lock, or the
 * lock of the VMA, makes fork see the VMA before or after the whole fault, and no walk finds a page by the new anon_vma
 * before the fault has mapped one. Looking at the neighbours for an anon_vma needs the mmap lock: a fault without it
 * only tries that lock, because the lock's holder may wait for the VMA. If this fails, `retry` runs with the lock of the
 * VMA dropped.
 */
export function prepareAnonVma(
  k: Recorder,
  context: Context,
  fault: FaultLock,
  { retry, ready }: { readonly retry: () => void; readonly ready: () => void },
): void {
  const { machine, mm } = context;
  const vma = vmaAt(machine, fault.va);
  const has = machine.hasAnonVma(mm, vma);
  const lock = machine.vmaLock(mm, vma);
  if (isConstant(has)) return ready();
  const writer = machine.mmapWriter(mm);
  const needsLock = and(isUnderVmaLock(fault), not(has));
  const tries = machine.has("vma-lock-only-tries-mmap-lock");
  if (!tries) k.if(needsLock, () => k.await(eq(writer, 0)));
  k.if(
    tries ? and(needsLock, ne(writer, 0)) : false,
    () => {
      k.outcome("finds the mmap lock taken by", writer, ": drops the lock of the VMA");
      if (lock !== undefined) vmaEndRead(k, context, lock);
      retry();
    },
    () => {
      if (!isConstant(needsLock))
        k.assert(or(not(needsLock), eq(writer, 0)), "lockdep: mmap_assert_locked(mm) in __anon_vma_prepare()");
      anonVmaPrepare(k, context, fault.va);
      ready();
    },
  );
}

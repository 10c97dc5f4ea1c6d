/**
 * The mmap lock, a reader-writer semaphore. Here a waiting writer does not hold up new readers. So every order of
 * critical sections that the kernel's queue allows is possible here, and more orders are. One kind of deadlock would be
 * missed: a reader waits for an actor that queues for reading behind a writer. This cannot happen in the modelled code,
 * because no actor takes the lock for reading while a reader waits for that actor: an actor that holds a page lock
 * either has the mmap lock already or no longer needs it.
 */
import { add, type Expr, eq } from "../../ir/expression.ts";
import type { Recorder } from "../../ir/recorder.ts";
import { type Context, ownerValue } from "../machine/context.ts";
import type { Vma } from "../machine/machine.ts";
import { decrement } from "./counter.ts";
import { mightSleep } from "./page-table.ts";
import { vmaEndWriteAll } from "./vma-lock.ts";

export function mmapReadLock(k: Recorder, context: Context): void {
  const { machine, mm } = context;
  mightSleep(k, context);
  k.await(eq(machine.mmapWriter(mm), 0));
  k.set(machine.mmapReaders(mm), add(machine.mmapReaders(mm), 1));
}

/** Part of a step that has taken the mmap lock and looked up the VMA. `missing`: what it says if there is none. */
export function sayVma(
  k: Recorder,
  lock: "reading" | "writing",
  found: Expr,
  missing: () => void = () => k.outcome("finds no VMA"),
): void {
  k.outcome(`takes the mmap lock for ${lock}`);
  k.if(found, () => k.outcome("finds the VMA"), missing);
}

/** The same for a call that fails on a VMA that is locked into memory. */
export function sayUnlockedVma(k: Recorder, { machine, mm }: Context, vma: Vma, found: Expr): void {
  sayVma(k, "reading", found, () =>
    k.if(
      machine.vmaMapped(mm, vma.index),
      () => k.outcome("finds the VMA locked into memory"),
      () => k.outcome("finds no VMA"),
    ),
  );
}

/** Part of a step that asks whether a VMA that is known is still mapped. */
export function sayMapped(k: Recorder, mapped: Expr): void {
  k.if(
    mapped,
    () => k.outcome("finds the VMA mapped"),
    () => k.outcome("finds the VMA unmapped: passes over it"),
  );
}

export function mmapReadUnlock(k: Recorder, { machine, mm }: Context): void {
  decrement(k, machine.mmapReaders(mm), "up_read on an mmap lock that no actor holds", "lock-discipline");
}

export function mmapWriteLock(k: Recorder, context: Context): void {
  const { machine, mm } = context;
  mightSleep(k, context);
  k.await(eq(machine.mmapWriter(mm), 0));
  k.await(eq(machine.mmapReaders(mm), 0));
  k.set(machine.mmapWriter(mm), ownerValue(context));
}

/** mmap_write_downgrade(): from writing to reading. The lock is never free in between. */
export function mmapWriteDowngrade(k: Recorder, context: Context): void {
  const readers = context.machine.mmapReaders(context.mm);
  mmapWriteUnlock(k, context);
  k.set(readers, add(readers, 1));
}

export function mmapWriteUnlock(k: Recorder, context: Context): void {
  const { machine, mm } = context;
  const holds = eq(machine.mmapWriter(mm), ownerValue(context));
  k.assert(holds, "up_write on an mmap lock that this actor does not hold", "lock-discipline");
  vmaEndWriteAll(k, context);
  k.set(machine.mmapWriter(mm), 0);
}

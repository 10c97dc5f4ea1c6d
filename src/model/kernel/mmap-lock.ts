/**
 * The mmap lock, a reader-writer semaphore. Waiting writers do not hold up new readers here. That allows every order of
 * sections that the kernel's queue allows, and more; what it would miss is a deadlock in which a reader waits for
 * somebody who in turn queues for reading behind a writer. Nobody in the modelled code takes the lock for reading
 * while another reader waits for it: who holds a page lock has the mmap lock already or wants it no more.
 */
import { add, eq } from "../../ir/expression.ts";
import type { Recorder } from "../../ir/recorder.ts";
import { type Context, ownerValue } from "../context.ts";
import { decrement } from "./counter.ts";
import { mightSleep } from "./page-table.ts";

export function mmapReadLock(k: Recorder, context: Context): void {
  const { machine, mm } = context;
  mightSleep(k, context);
  k.await(eq(machine.mmapWriter(mm), 0));
  k.set(machine.mmapReaders(mm), add(machine.mmapReaders(mm), 1));
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

/** mmap_write_downgrade(): from writing to reading; at no moment is the lock free. */
export function mmapWriteDowngrade(k: Recorder, context: Context): void {
  const readers = context.machine.mmapReaders(context.mm);
  mmapWriteUnlock(k, context);
  k.set(readers, add(readers, 1));
}

export function mmapWriteUnlock(k: Recorder, context: Context): void {
  const { machine, mm } = context;
  const holds = eq(machine.mmapWriter(mm), ownerValue(context));
  k.assert(holds, "up_write on an mmap lock that this actor does not hold", "lock-discipline");
  k.set(machine.mmapWriter(mm), 0);
}

/**
 * The lock of a VMA (mm/mmap_lock.c, include/linux/mmap_lock.h; up to 6.14 mm/memory.c and include/linux/mm.h). Faults
 * hold it for reading. An operation that holds the mmap lock for writing marks the VMA; all marks end together with the
 * mmap lock. These are parts of steps.
 */
import { add, and, type Expr, eq, gt, not, type Operand, or } from "../../ir/expression.ts";
import type { Recorder } from "../../ir/recorder.ts";
import { type Context, ownerValue } from "../machine/context.ts";
import type { Vma, VmaLock } from "../machine/machine.ts";
import { decrement } from "./counter.ts";
import { mightSleep } from "./page-table.ts";
import { fatalSignalPending, mayBeKilled } from "./signal.ts";

/**
 * lock_vma_under_rcu(): tries the lock, and sets `locked`. The kernel looks at vm_lock_seq twice, and counts itself in
 * between. The first look decides only that the try fails. A count that is taken back delays no one but the writer that
 * has marked the VMA already.
 */
export function vmaStartRead(
  k: Recorder,
  { machine, mm }: Context,
  { vma, readers, writer }: VmaLock,
  { serves, locked }: { readonly serves: Operand; readonly locked: Expr },
): void {
  const mapped = machine.vmaMapped(mm, vma.index);
  k.set(locked, and(mapped, eq(writer, 0), serves));
  k.if(not(mapped), () => k.outcome("finds no VMA"));
  k.if(and(mapped, not(eq(writer, 0))), () => k.outcome("finds the VMA locked for writing by", writer));
  k.if(and(mapped, eq(writer, 0)), () =>
    k.if(
      serves,
      () => k.outcome("takes the lock of the VMA for reading"),
      () => k.outcome("cannot handle this fault under the lock of the VMA"),
    ),
  );
  k.if(locked, () => k.set(readers, add(readers, 1)));
}

export function vmaEndRead(k: Recorder, { machine, mm }: Context, { vma, readers }: VmaLock): void {
  k.assert(machine.vmaLinked(mm, vma.index), "KASAN: use of a vm_area_struct that was freed");
  decrement(k, readers, "vma_end_read on a VMA that no actor holds for reading", "lock-discipline");
}

/** vma_start_write(): waits until no fault holds the lock for reading, unless the VMA is marked already. */
export function vmaStartWrite(k: Recorder, context: Context, { readers, writer }: VmaLock): void {
  mightSleep(k, context);
  k.await(or(eq(readers, 0), eq(writer, ownerValue(context))));
  k.set(writer, ownerValue(context));
}

/** vma_start_write_killable() in a kernel that has it: a fatal signal ends the wait, by `killed`. */
export function vmaStartWriteKillable(
  k: Recorder,
  context: Context,
  { killed, ...lock }: VmaLock & { readonly killed: () => void },
): void {
  const { machine } = context;
  if (!machine.has("fork-waits-killably") || !mayBeKilled(machine)) return vmaStartWrite(k, context, lock);
  k.choose({
    locked: () => {
      k.outcome("marks the VMA as locked");
      vmaStartWrite(k, context, lock);
    },
    "fatal signal": () => {
      k.await(and(gt(lock.readers, 0), fatalSignalPending(context)));
      k.outcome("stops waiting because of a fatal signal");
      killed();
    },
  });
}

/** vma_end_write_all(): part of every step in which the mmap lock is no longer held for writing. */
export function vmaEndWriteAll(k: Recorder, { machine, mm }: Context): void {
  for (const { writer } of machine.vmaLocksOf(mm)) k.set(writer, 0);
}

/**
 * A step that marks the VMA as locked for writing, and changes it. If the VMA has no lock in the model there is no such
 * step: the caller makes the change together with taking the mmap lock. `go`: a register, whether there is something to
 * change.
 */
export function markVma(
  k: Recorder,
  context: Context,
  { vma, go, change = () => {} }: { readonly vma: Vma; readonly go: Expr; readonly change?: () => void },
): void {
  const lock = context.machine.vmaLock(context.mm, vma);
  if (lock === undefined) return;
  k.if(go, () =>
    k.step("vma_start_write", "waits until no fault holds the lock of the VMA, and marks the VMA as locked", () => {
      vmaStartWrite(k, context, lock);
      change();
    }),
  );
}

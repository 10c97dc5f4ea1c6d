/** Userfaultfd write protection (fs/userfaultfd.c, mm/userfaultfd.c, mm/mprotect.c). */
import { and, type Expr, gt, isConstant, le, not, select, withFields } from "../../ir/expression.ts";
import { at } from "../../ir/lookup.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import type { RangeOperation } from "../machine/context.ts";
import { usesMarkers } from "../machine/userfaultfd.ts";
import { mmapReadLock, mmapReadUnlock, sayVma } from "./mmap-lock.ts";
import { type Change, changeProtection, upgraded } from "./mprotect.ts";
import { isMarker, marker, none } from "./page-table.ts";
import { beginArming, disarm, endArming } from "./tracking.ts";

const file = "mm/userfaultfd.c";

/**
 * wake_userfault(): part of a step. If the VMA is gone, a UFFDIO_WAKE is needed, which the model assumes to be made.
 */
function wakeUserfault(k: Recorder, { context: { machine, mm }, first, count }: RangeOperation): void {
  for (const [actor, { process }] of machine.actors.entries()) {
    if (at(machine.mms, mm).name !== process) continue;
    const userfaultAt = machine.userfaultAt(actor);
    if (isConstant(userfaultAt)) return;
    k.if(and(gt(userfaultAt, first), le(userfaultAt, first + count)), () => k.set(userfaultAt, 0));
  }
}

/** mwriteprotect_range() with UFFDIO_WRITEPROTECT_MODE_WP */
export const writeProtectRange = procedure<RangeOperation>("mwriteprotect_range", { file }, (k, range) => {
  const { context, vma, first, count } = range;
  underUserfaultfd(k, range, {
    instead: usesMarkers(context.machine, vma) ? marker(context.machine) : undefined,
    change: (pte) => withFields(pte, { uffd_wp: true, write: false }),
    changeOther: (pte) => withFields(pte, { uffd_wp: true }),
    also: (va) => beginArming(k, context, va),
    atReturn: () => {
      for (let va = first; va < first + count; va++) endArming(k, context, va);
    },
  });
});

/**
 * mwriteprotect_range() without the mode: resolves the fault. Since v6.3 a page becomes writable at once if no rule
 * forbids it; before, at its next write fault. After the change of its entry, writes no longer have to be reported.
 */
export const resolveRange = procedure<RangeOperation>("uffd_wp_resolve", { file }, (k, range) => {
  const { context, vma } = range;
  const { machine, mm } = context;
  const resolve = (pte: Expr) => withFields(pte, { uffd_wp: false });
  const emptied = (pte: Expr) => select(isMarker(pte), none(machine), resolve(pte));
  underUserfaultfd(k, range, {
    change: (pte) =>
      machine.has("resolve-restores-write")
        ? upgraded(context, vma, resolve(pte))
        : withFields(resolve(pte), { write: false }),
    changeOther: usesMarkers(machine, vma) ? emptied : resolve,
    also: (va) => disarm(k, machine, mm, va),
  });
  k.step("wake_userfault", "wakes the faults that wait at these addresses", () => wakeUserfault(k, range));
});

/** Changes the range with the mmap lock held for reading. Fails if the VMA has no userfaultfd (ENOENT). */
function underUserfaultfd(
  k: Recorder,
  { context, vma, first, count }: RangeOperation,
  { atReturn, ...change }: Omit<Change, "context" | "first" | "count"> & { readonly atReturn?: () => void },
): void {
  const { machine, mm } = context;
  const [mapped, registered] = [machine.vmaMapped(mm, vma.index), machine.userfaultfd(mm, vma)];
  const found = k.register("found", bool);
  k.step("mmap_read_lock", "takes the mmap lock for reading and looks up the VMA", () => {
    mmapReadLock(k, context);
    k.set(found, and(mapped, registered));
    sayVma(k, "reading", found, () =>
      k.if(
        mapped,
        () => k.outcome("finds no userfaultfd in the VMA: fails"),
        () => k.outcome("finds no VMA"),
      ),
    );
    k.if(and(mapped, not(registered)), () => k.set(machine.failed(context.actor), true));
  });
  k.if(found, () => changeProtection(k, { context, first, count, ...change }));
  const note = atReturn === undefined ? "" : "; from here on it is promised that writes are reported";
  k.step("mmap_read_unlock", `drops the mmap lock${note}`, () => {
    mmapReadUnlock(k, context);
    atReturn?.();
  });
}

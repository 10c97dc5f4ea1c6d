/** Userfaultfd write protection (fs/userfaultfd.c, mm/userfaultfd.c, mm/mprotect.c). */
import { and, type Expr, eq, not, or, withFields } from "../../ir/expression.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import type { Context } from "../context.ts";
import { vmaAt } from "../machine.ts";
import { mmapReadLock, mmapReadUnlock } from "./mmap-lock.ts";
import { type Change, changeProtection, upgraded } from "./mprotect.ts";
import { userfaultfdPteWp } from "./page-table.ts";
import { fatalSignalPending } from "./signal.ts";
import { beginArming, disarm, endArming } from "./tracking.ts";
import type { RangeOperation } from "./zap.ts";

const file = "mm/userfaultfd.c";

/**
 * handle_userfault(): lets go of the mmap lock and sleeps until the page is no longer write-protected, or a fatal signal
 * comes.
 */
export const handleUserfault = procedure<{ readonly context: Context; readonly va: number }>(
  "handle_userfault",
  { file: "fs/userfaultfd.c" },
  (k, { context, va }) => {
    k.step("mmap_read_unlock", "queues the fault for userspace and drops the mmap lock", () =>
      mmapReadUnlock(k, context),
    );
    k.step("schedule", "sleeps until userspace resolves the fault, or the process exits", () => {
      const { machine, mm } = context;
      const marked = userfaultfdPteWp(machine, mm, vmaAt(machine, va), machine.pte(mm, va));
      // An entry that is empty only until it is written again wakes nobody.
      const resolved = and(eq(machine.ptl(mm), 0), not(marked));
      k.await(or(resolved, fatalSignalPending(context)));
    });
  },
);

/** mwriteprotect_range() with UFFDIO_WRITEPROTECT_MODE_WP */
export const writeProtectRange = procedure<RangeOperation>("mwriteprotect_range", { file }, (k, range) => {
  const { context, first, count } = range;
  underUserfaultfd(k, range, {
    change: (pte) => withFields(pte, { uffd_wp: true, write: false }),
    changeOther: (pte) => withFields(pte, { uffd_wp: true }),
    also: (va) => beginArming(k, context, va),
    atReturn: () => {
      for (let va = first; va < first + count; va++) endArming(k, context, va);
    },
  });
});

/**
 * mwriteprotect_range() without the mode: resolves. Since v6.3 a page becomes writable at once where nothing speaks
 * against it, before at its next write fault. From the change of its entry on, writes need not be heard of.
 */
export const resolveRange = procedure<RangeOperation>("uffd_wp_resolve", { file }, (k, range) => {
  const { context, vma } = range;
  const { machine, mm } = context;
  const resolve = (pte: Expr) => withFields(pte, { uffd_wp: false });
  underUserfaultfd(k, range, {
    change: (pte) =>
      machine.has("resolve-restores-write")
        ? upgraded(context, vma, resolve(pte))
        : withFields(resolve(pte), { write: false }),
    changeOther: resolve,
    also: (va) => disarm(k, machine, mm, va),
  });
});

/** Changes the range with the mmap lock held for reading; fails where the VMA has no userfaultfd (ENOENT). */
function underUserfaultfd(
  k: Recorder,
  { context, vma, first, count }: RangeOperation,
  { atReturn, ...change }: Omit<Change, "context" | "first" | "count"> & { readonly atReturn?: () => void },
): void {
  const { machine, mm } = context;
  const [mapped, registered] = [machine.vmaMapped(mm, vma.index), machine.userfaultfd(mm, vma)];
  const found = k.register("found", bool);
  k.step("mmap_read_lock", "takes the mmap lock for reading and looks the VMA up", () => {
    mmapReadLock(k, context);
    k.set(found, and(mapped, registered));
    k.if(and(mapped, not(registered)), () => k.set(machine.failed(context.actor), true));
  });
  k.if(found, () => changeProtection(k, { context, first, count, ...change }));
  const note = atReturn === undefined ? "" : "; from here on writes are promised to be heard of";
  k.step("mmap_read_unlock", `drops the mmap lock${note}`, () => {
    mmapReadUnlock(k, context);
    atReturn?.();
  });
}

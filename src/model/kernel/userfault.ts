/** Userfaultfd write protection (fs/userfaultfd.c, mm/userfaultfd.c, mm/mprotect.c). */
import { type Expr, field, not, withFields } from "../../ir/expression.ts";
import { procedure } from "../../ir/recorder.ts";
import type { Context } from "../context.ts";
import { mmapReadLock, mmapReadUnlock } from "./mmap-lock.ts";
import { changeProtection, upgraded } from "./mprotect.ts";
import { beginArming, disarm, endArming } from "./tracking.ts";
import type { RangeOperation } from "./zap.ts";

const file = "mm/userfaultfd.c";

/** handle_userfault(): lets go of the mmap lock and sleeps until the page is no longer write-protected. */
export const handleUserfault = procedure<{ readonly context: Context; readonly va: number }>(
  "handle_userfault",
  { file: "fs/userfaultfd.c" },
  (k, { context, va }) => {
    k.step("mmap_read_unlock", "queues the fault for userspace and drops the mmap lock", () =>
      mmapReadUnlock(k, context),
    );
    k.step("schedule", "sleeps until userspace resolves the fault", () => {
      k.await(not(field(context.machine.pte(context.mm, va), "uffd_wp")));
    });
  },
);

/** mwriteprotect_range() with UFFDIO_WRITEPROTECT_MODE_WP */
export const writeProtectRange = procedure<RangeOperation>("mwriteprotect_range", { file }, (k, range) => {
  const { context, first, count } = range;
  k.step("mmap_read_lock", "takes the mmap lock for reading", () => mmapReadLock(k, context));
  changeProtection(k, {
    context,
    first,
    count,
    change: (pte) => withFields(pte, { uffd_wp: true, write: false }),
    changeOther: (pte) => withFields(pte, { uffd_wp: true }),
    also: (va) => beginArming(k, context, va),
  });
  k.step("mmap_read_unlock", "drops the mmap lock; from here on writes are promised to be heard of", () => {
    mmapReadUnlock(k, context);
    for (let va = first; va < first + count; va++) endArming(k, context, va);
  });
});

/**
 * mwriteprotect_range() without the mode: resolves. Since v6.3 a page becomes writable at once where nothing speaks
 * against it, before at its next write fault. From the change of its entry on, writes need not be heard of.
 */
export const resolveRange = procedure<RangeOperation>("uffd_wp_resolve", { file }, (k, range) => {
  const { context, vma, first, count } = range;
  const { machine, mm } = context;
  const resolve = (pte: Expr) => withFields(pte, { uffd_wp: false });
  k.step("mmap_read_lock", "takes the mmap lock for reading", () => mmapReadLock(k, context));
  changeProtection(k, {
    context,
    first,
    count,
    change: (pte) =>
      machine.has("resolve-restores-write")
        ? upgraded(context, vma, resolve(pte))
        : withFields(resolve(pte), { write: false }),
    changeOther: resolve,
    also: (va) => disarm(k, machine, mm, va),
  });
  k.step("mmap_read_unlock", "drops the mmap lock", () => mmapReadUnlock(k, context));
});

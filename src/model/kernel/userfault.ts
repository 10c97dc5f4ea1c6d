/** Userfaultfd write protection (fs/userfaultfd.c, mm/userfaultfd.c, mm/mprotect.c). */
import { field, not, withFields } from "../../ir/expression.ts";
import { procedure } from "../../ir/recorder.ts";
import type { Context } from "../context.ts";
import { mmapReadLock, mmapReadUnlock } from "./mmap-lock.ts";
import { changeProtection, type ProtectedRange } from "./mprotect.ts";
import { beginArming, disarm, endArming } from "./tracking.ts";

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
export const writeProtectRange = procedure<ProtectedRange>("mwriteprotect_range", { file }, (k, range) => {
  const { machine, mm } = range.context;
  const arm = (va: number) => beginArming(k, machine, mm, va);
  k.step("mmap_read_lock", "takes the mmap lock for reading", () => mmapReadLock(k, range.context));
  changeProtection(k, range, (pte) => withFields(pte, { uffd_wp: true, write: false }), arm);
  k.step("mmap_read_unlock", "drops the mmap lock; from here on writes are promised to be heard of", () => {
    mmapReadUnlock(k, range.context);
    for (let va = range.first; va < range.first + range.count; va++) endArming(k, machine, mm, va);
  });
});

/** mwriteprotect_range() without the mode: resolves. A page becomes writable again at its next write fault. */
export const resolveRange = procedure<ProtectedRange>("uffd_wp_resolve", { file }, (k, range) => {
  const { machine, mm } = range.context;
  k.step("mmap_read_lock", "takes the mmap lock for reading", () => {
    mmapReadLock(k, range.context);
    for (let va = range.first; va < range.first + range.count; va++) disarm(k, machine, mm, va);
  });
  changeProtection(k, range, (pte) => withFields(pte, { uffd_wp: false }));
  k.step("mmap_read_unlock", "drops the mmap lock", () => mmapReadUnlock(k, range.context));
});

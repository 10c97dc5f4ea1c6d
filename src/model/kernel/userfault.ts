/** Userfaultfd write protection (fs/userfaultfd.c, mm/userfaultfd.c, mm/mprotect.c). */
import { type Expr, field, not, withFields } from "../../ir/expression.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import type { Context } from "../context.ts";
import { mmapReadLock, mmapReadUnlock } from "./mmap-lock.ts";
import { changeProtection, type ProtectedRange } from "./mprotect.ts";

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
  underMmapLock(k, range, (pte) => withFields(pte, { uffd_wp: true, write: false }));
});

/** mwriteprotect_range() without the mode: resolves. A page becomes writable again at its next write fault. */
export const resolveRange = procedure<ProtectedRange>("uffd_wp_resolve", { file }, (k, range) => {
  underMmapLock(k, range, (pte) => withFields(pte, { uffd_wp: false }));
});

function underMmapLock(k: Recorder, range: ProtectedRange, change: (pte: Expr) => Expr): void {
  const { context } = range;
  k.step("mmap_read_lock", "takes the mmap lock for reading", () => mmapReadLock(k, context));
  changeProtection(k, range, change);
  k.step("mmap_read_unlock", "drops the mmap lock", () => mmapReadUnlock(k, context));
}

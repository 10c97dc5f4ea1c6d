/** Giving a page back to the CPU: what a fault does with a device-exclusive entry (mm/memory.c). */
import { add, and, type Expr, eq, field, makeWord, not, or } from "../../ir/expression.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import { type Context, ownerValue } from "../context.ts";
import { vmaAt } from "../machine.ts";
import { mmapReadUnlock } from "./mmap-lock.ts";
import { invalidateRangeEnd, invalidateRangeStart } from "./notifier.ts";
import { forgetName, lockPage, putPage, tryGetPage, unlockPage, usePage } from "./page.ts";
import { awaitPtl, pfn } from "./page-table.ts";

const file = "mm/memory.c";

export interface Restore {
  readonly context: Context;
  readonly mm: number;
  readonly va: Expr | number;
  /** The page to map: the one that the caller locked. */
  readonly page: Expr;
  readonly writableVma: boolean;
}

/**
 * restore_exclusive_pte(): part of a step. Pre: the page-table lock is held (or awaited in this step), the page is
 * locked, the devices have been told. The mapping is counted in the same moment: page lock and page-table lock are both
 * held, so nobody who respects either sees the one without the other, whichever version writes first.
 */
export function restoreExclusivePte(k: Recorder, { context, mm, va, page, writableVma }: Restore): void {
  const { machine } = context;
  const entry = machine.pte(mm, va);
  const protectedByUffd = field(entry, "uffd_wp");
  // The entry is DEXCL_W and not write-protected: the PTE becomes dirty, and writable if the VMA is. On x86 pte_mkdirty
  // sets the soft-dirty bit as well.
  const dirty = and(field(entry, "write"), not(protectedByUffd));
  const restored = makeWord(machine.types.pte, {
    kind: "present",
    pfn: page,
    write: writableVma ? dirty : false,
    dirty,
    soft_dirty: or(field(entry, "soft_dirty"), dirty),
    uffd_wp: machine.has("restore-keeps-uffd-wp") ? protectedByUffd : false,
  });
  k.assert(eq(machine.pageLock(page), ownerValue(context)), "page_add_anon_rmap: the page is not locked");
  usePage(k, context, page);
  k.emit("pte_restored", { before: entry, after: restored });
  if (machine.has("restore-adds-mapcount")) k.set(machine.mapcount(page), add(machine.mapcount(page), 1));
  k.set(entry, restored);
}

export interface ExclusiveFault {
  readonly context: Context;
  readonly va: number;
  /** The entry as the fault read it. */
  readonly orig: Expr;
  /** Whether the fault may drop the mmap lock and ask to be tried again. */
  readonly mayRetry: Expr;
}

/** remove_device_exclusive_entry(): true if the fault has to be tried again, with the mmap lock already dropped. */
export const removeDeviceExclusiveEntry = procedure<ExclusiveFault>(
  "remove_device_exclusive_entry",
  { file, returns: bool },
  (k, { context, va, orig, mayRetry }) => {
    const { machine, mm } = context;
    const page = pfn(orig);
    const reference = machine.has("fault-takes-page-reference");
    const locks = machine.has("fault-locks-page");
    const vma = vmaAt(machine, va);

    if (reference) {
      k.step("folio_try_get", "takes a reference; a page without one is on its way out, and the fault gives up", () => {
        tryGetPage(k, context, page, () => {
          forgetName(k, context);
          k.return(false);
        });
      });
    }
    if (locks) lockPageOrRetry(k, { context, page, mayRetry, reference });
    if (machine.has("restore-notifies")) {
      const event = machine.has("restore-notifies-clear") ? "CLEAR" : "EXCLUSIVE";
      k.call(invalidateRangeStart, { context, event, mm, first: va, count: 1 });
    }
    k.step("restore under the PTL", "restores the entry if it is still the one that the fault saw", () => {
      awaitPtl(k, context, mm);
      const restore = () => restoreExclusivePte(k, { context, mm, va, page, writableVma: vma.writable });
      if (machine.has("fault-rechecks-entry")) k.if(eq(machine.pte(mm, va), orig), restore);
      else restore();
      if (!locks) forgetName(k, context);
    });
    if (locks) {
      k.step("unlock_page", "unlocks the page", () => {
        unlockPage(k, context, page);
        forgetName(k, context);
      });
    }
    if (reference) k.step("folio_put", "drops the fault's reference", () => putPage(k, context, page));
    if (machine.has("restore-notifies")) k.call(invalidateRangeEnd, { context, mm });
    k.return(false);
  },
);

/** lock_page_or_retry() (mm/filemap.c): waits for the page lock in one of two ways, or not at all. */
function lockPageOrRetry(
  k: Recorder,
  fault: { context: Context; page: Expr; mayRetry: Expr; reference: boolean },
): void {
  const { context, page, mayRetry, reference } = fault;
  const lock = context.machine.pageLock(page);
  const locked = k.register("locked", bool);
  k.step("trylock_page", "takes the page lock if it is free", () => {
    k.set(locked, eq(lock, 0));
    k.if(eq(lock, 0), () => lockPage(k, context, page));
  });
  k.if(not(locked), () => {
    k.if(
      mayRetry,
      () => {
        k.step("drop mmap_lock", "the first try may sleep, so it lets go of the mmap lock first", () =>
          mmapReadUnlock(k, context),
        );
        k.step("wait_on_page_locked", "waits until the page is unlocked", () => {
          k.await(eq(lock, 0));
          usePage(k, context, page);
          if (!reference) forgetName(k, context);
        });
        if (reference) k.step("folio_put before retry", "drops the fault's reference", () => putPage(k, context, page));
        k.return(true);
      },
      () => k.step("lock_page", "waits for the page lock with the mmap lock held", () => lockPage(k, context, page)),
    );
  });
}

/** Giving a page back to the CPU: what a fault does with a device-exclusive entry (mm/memory.c). */

import { and, type Expr, eq, field, makeWord, not, or, withFields } from "../../ir/expression.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import { type Context, ownerValue } from "../machine/context.ts";
import { type Vma, vmaAt } from "../machine/machine.ts";
import { canChangePteWritable } from "./can-change-pte-writable.ts";
import type { FaultLock } from "./fault-lock.ts";
import { lockPageOrRetry } from "./lock-page-or-retry.ts";
import { markMlocked } from "./mlocked.ts";
import { invalidateRangeEnd, invalidateRangeStart } from "./notifier.ts";
import { addMapping, forgetName, putPage, tryGetPage, unlockPage, usePage } from "./page.ts";
import { awaitPtl, pfn, sayChanged } from "./page-table.ts";

const file = "mm/memory.c";

export interface Restore {
  readonly context: Context;
  readonly mm: number;
  readonly va: Expr | number;
  /** The page to map. The caller has locked it. */
  readonly page: Expr;
  readonly vma: Vma;
  /** The write is still buffered when the entry is read again (lazy MMU mode). */
  readonly buffered?: boolean;
}

/**
 * restore_exclusive_pte(): part of a step. Precondition: the page-table lock is held (or awaited in this step), the
 * page is locked, the devices have been notified. The mapping is counted in the same step. Both the page lock and the
 * page-table lock are held, so an actor that respects either lock cannot see the entry without the count or the count
 * without the entry, no matter which a version writes first.
 */
export function restoreExclusivePte(k: Recorder, restore: Restore): void {
  const { context, mm, va, page } = restore;
  const { machine } = context;
  const entry = machine.pte(mm, va);
  const uffdWp = machine.has("restore-keeps-uffd-wp") ? field(entry, "uffd_wp") : false;
  const bits = { soft_dirty: field(entry, "soft_dirty"), uffd_wp: uffdWp };
  const old = makeWord(machine.types.pte, { kind: "present", pfn: page, ...bits });
  const restored = machine.has("restore-recomputes-write")
    ? recomputed(restore, old)
    : asEntrySays(restore, entry, old);
  k.assert(eq(machine.pageLock(page), ownerValue(context)), "page_add_anon_rmap: the page is not locked");
  if (machine.has("restore-asserts-anon-exclusive")) {
    const mayWrite = and(machine.pageAnon(page), machine.anonExclusive(page));
    k.assert(
      or(not(field(restored, "write")), mayWrite),
      "restore_exclusive_pte: writable, but not exclusively mapped",
    );
  }
  k.outcome(
    restore.buffered === true
      ? "restores the entry, in a buffer that the CPU has yet to write:"
      : "restores the entry:",
    restored,
  );
  usePage(k, context, page);
  k.emit("pte_restored", { before: entry, after: restored });
  if (machine.has("restore-adds-mapcount")) addMapping(k, machine, page);
  if (machine.has("restore-marks-mlocked")) markMlocked(k, machine, { mm, vma: restore.vma, page });
  if (restore.buffered !== true) k.set(entry, restored);
}

/**
 * With two kinds of entries: a writable entry becomes a dirty PTE. The PTE is writable as well if the VMA is writable
 * and the entry is not write-protected. On x86 pte_mkdirty also sets the soft-dirty bit.
 */
function asEntrySays({ context, mm, vma }: Restore, entry: Expr, old: Expr): Expr {
  const dirty = and(field(entry, "write"), not(field(entry, "uffd_wp")));
  const write = and(dirty, context.machine.vmaWrite(mm, vma));
  return withFields(old, { dirty, write, soft_dirty: or(field(old, "soft_dirty"), dirty) });
}

/**
 * With one kind of entries: the VMA and the page decide whether the PTE may be writable. The PTE is dirty if the page
 * is dirty.
 */
function recomputed({ context, mm, page, vma }: Restore, old: Expr): Expr {
  const write = canChangePteWritable(context, mm, vma, old, page);
  const dirty = and(write, context.machine.pageDirty(page));
  return withFields(old, { write, dirty, soft_dirty: or(field(old, "soft_dirty"), dirty) });
}

export interface ExclusiveFault extends FaultLock {
  readonly context: Context;
  /** The entry as the fault read it. */
  readonly orig: Expr;
  /** Whether the fault may drop the mmap lock and ask the caller to try again. */
  readonly mayRetry: Expr;
  /** Whether a fatal signal ends a wait (FAULT_FLAG_KILLABLE). */
  readonly killable: boolean;
  /** The device for which the fault is made, if any. */
  readonly owner?: number | undefined;
}

/** remove_device_exclusive_entry(): true if the fault has to be tried again; the mmap lock is then already dropped. */
export const removeDeviceExclusiveEntry = procedure<ExclusiveFault>(
  "remove_device_exclusive_entry",
  { file, returns: bool },
  (k, fault) => {
    const { context, va, orig, mayRetry, killable, owner: asker } = fault;
    const { machine, mm } = context;
    const page = pfn(orig);
    const reference = machine.has("fault-takes-page-reference");
    const locks = machine.has("fault-locks-page");
    const vma = vmaAt(machine, va);

    if (reference) {
      k.step(
        "folio_try_get",
        "takes a reference; if the page has none left it is being freed, and the fault gives up",
        () => {
          tryGetPage(k, context, page, () => {
            forgetName(k, context);
            k.return(false);
          });
        },
      );
    }
    if (locks) lockPageOrRetry(k, { ...fault, page, mayRetry, reference, killable }, () => k.return(true));
    if (machine.has("restore-notifies")) {
      const event = machine.has("restore-notifies-clear") ? "CLEAR" : "EXCLUSIVE";
      const owner = machine.has("restore-names-owner") ? asker : undefined;
      k.call(invalidateRangeStart, { context, event, mm, first: va, count: 1, owner });
    }
    k.step("restore under the PTL", "restores the entry if the fault's copy of it is still current", () => {
      awaitPtl(k, context, mm);
      const restore = () => restoreExclusivePte(k, { context, mm, va, page, vma });
      const pte = machine.pte(mm, va);
      if (machine.has("fault-rechecks-entry")) k.if(eq(pte, orig), restore, () => sayChanged(k, pte));
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

/** The page-table lock, one for each address space, and the entries that it guards. */
import { and, constant, type Expr, eq, field, makeWord, ne, not, type Operand, or } from "../../ir/expression.ts";
import type { Recorder } from "../../ir/recorder.ts";
import { bool, fieldNamed, type ValueType } from "../../ir/types.ts";
import { type Context, ownerValue } from "../machine/context.ts";
import { type Machine, type Vma, vmaAt } from "../machine/machine.ts";

/**
 * Waits for the lock. A section that ends in the same step needs nothing else, because no other actor can see the lock
 * held. A section of several steps keeps the lock with `holdPtl` until `releasePtl`.
 */
export function awaitPtl(k: Recorder, { machine }: Context, mm: number): void {
  k.await(eq(machine.ptl(mm), 0));
}

export function holdPtl(k: Recorder, context: Context, mm: number): void {
  k.set(context.machine.ptl(mm), ownerValue(context));
}

export function releasePtl(k: Recorder, context: Context, mm: number): void {
  const ptl = context.machine.ptl(mm);
  k.assert(eq(ptl, ownerValue(context)), "pte_unmap_unlock of a PTL that this actor does not hold", "lock-discipline");
  k.set(ptl, 0);
}

/** might_sleep(): code that may have to wait for long must not hold a page-table lock. */
export function mightSleep(k: Recorder, context: Context): void {
  const { machine } = context;
  const free = machine.mms.map((_, mm) => ne(machine.ptl(mm), ownerValue(context)));
  k.assert(and(...free), "BUG: sleeping function called with a page-table lock held");
}

/** The type of an entry's kind. */
export function pteKindOf({ types }: Machine): ValueType {
  return fieldNamed(types.pte, "kind").type;
}

export const isNone = (pte: Expr): Expr => eq(field(pte, "kind"), "none");
export const isPresent = (pte: Expr): Expr => eq(field(pte, "kind"), "present");
export const isExclusive = (pte: Expr): Expr => eq(field(pte, "kind"), "device_exclusive");
export const isMigration = (pte: Expr): Expr => eq(field(pte, "kind"), "migration");
/** The page is in the memory of a device. The entry counts as a mapping of the page. */
export const isDevicePrivate = (pte: Expr): Expr => eq(field(pte, "kind"), "device_private");
export const isSwap = (pte: Expr): Expr => eq(field(pte, "kind"), "swap");
export const isHwpoison = (pte: Expr): Expr => eq(field(pte, "kind"), "hwpoison");
/** A write there has to be reported (PTE_MARKER_UFFD_WP); nothing is mapped. */
export const isMarker = (pte: Expr): Expr => eq(field(pte, "kind"), "marker");
export const pfn = (pte: Expr): Expr => field(pte, "pfn");
export const isZeroPage = (machine: Machine, pte: Expr): Expr => and(isPresent(pte), eq(pfn(pte), machine.noPage));
/** Whether the entries of a VMA are those of a page table, and not of a PMD that maps a folio. */
export const hasPageTable = (machine: Machine, mm: number, vma: Vma): Expr =>
  vma.pmdMappable ? machine.pageTable(mm, vma) : constant(1, bool);
/** Whether a PMD points neither to a folio nor to a page table. */
export const isPmdNone = (machine: Machine, mm: number, vma: Vma): Expr =>
  not(or(machine.pmdMapped(mm, vma), machine.pageTable(mm, vma)));
/** Whether anything empties a PMD under the page-table lock, and may write it again before it drops the lock. */
export const emptiesPmds = (machine: Machine, vma: Vma): boolean =>
  vma.pmdMappable &&
  machine.uses("madvise_free") &&
  machine.uses("reclaim") &&
  machine.has("lazyfree-pmd-discarded-whole");
/** pte_alloc(), part of a step: a PMD that maps no folio points to a page table from now on. */
export function allocatePageTable(k: Recorder, context: Context, vma: Vma): void {
  const { machine, mm } = context;
  if (!vma.pmdMappable) return;
  if (emptiesPmds(machine, vma)) k.await(or(eq(machine.ptl(mm), 0), not(isPmdNone(machine, mm, vma))));
  k.set(machine.pageTable(mm, vma), not(machine.pmdMapped(mm, vma)));
}
/** Whether a zap may free the page table, so that a PMD may map a folio there next. */
export const freesPageTables = (machine: Machine, vma: Vma): boolean =>
  vma.pmdMappable && machine.has("zap-frees-page-table") && machine.uses("madvise_dontneed");
/** What a page walk finds: nothing under an empty PMD. */
export const walkFinds = (machine: Machine, mm: number, va: number): Expr =>
  and(isPresent(machine.pte(mm, va)), not(machine.pmdEmpty(mm, vmaAt(machine, va))));
/** Part of a step that walks the page table without any lock. */
export function sayWalk(k: Recorder, machine: Machine, mm: number, va: number): void {
  k.if(
    machine.pmdEmpty(mm, vmaAt(machine, va)),
    () => k.outcome("finds the PMD empty"),
    () => k.outcome("finds the entry", machine.pte(mm, va)),
  );
}
/** userfaultfd_pte_wp(): the bit of an entry means nothing in a VMA without userfaultfd. */
export const userfaultfdPteWp = (machine: Machine, mm: number, vma: Vma, pte: Expr): Expr =>
  and(field(pte, "uffd_wp"), machine.userfaultfd(mm, vma));
/**
 * maybe_mkwrite(): whether a write fault makes the entry writable. It does not if the VMA is read-only, and the fault
 * was forced (FOLL_FORCE).
 */
export const maybeMkwrite = (machine: Machine, mm: number, vma: Vma): Expr | boolean =>
  machine.uses("uprobe_replace") && machine.has("uprobe-walks-folio") ? machine.vmaWrite(mm, vma) : true;
/** Part of a step that compares an entry with what was read before, as pte_same() does, and finds another one. */
export function sayChanged(k: Recorder, pte: Expr): void {
  k.outcome("finds the entry changed to", pte, ": leaves it");
}
/** The entry that userfaultfd leaves in place of an empty one. */
export const marker = (machine: Machine): Expr =>
  makeWord(machine.types.pte, { kind: "marker", pfn: machine.noPage, uffd_wp: true });
/** An empty entry. */
export const none = (machine: Machine): Expr => makeWord(machine.types.pte, {});
export const mapsPage = (pte: Expr, page: Operand): Expr => and(isPresent(pte), eq(pfn(pte), page));

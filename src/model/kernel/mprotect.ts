/** mprotect(), and the change of entries that it shares with userfaultfd (mm/mprotect.c). */

import {
  and,
  constant,
  type Expr,
  eq,
  field,
  isConstant,
  ne,
  not,
  or,
  select,
  withFields,
} from "../../ir/expression.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import type { Context, VmaOperation } from "../machine/context.ts";
import { type Vma, vmaAt } from "../machine/machine.ts";
import { hasMigrationEntries } from "../machine/migration-entries.ts";
import { flushBatchedPending } from "./batched-flush.ts";
import { canChangePteWritable } from "./can-change-pte-writable.ts";
import { splitHugePmd, splitIfHuge, unlessPmdNone } from "./huge-memory.ts";
import { mmapWriteLock, mmapWriteUnlock, sayVma } from "./mmap-lock.ts";
import { modifyEntry } from "./modify-entry.ts";
import { invalidateRangeEnd, invalidateRangeStart } from "./notifier.ts";
import { allocatePageTable, isDevicePrivate, isExclusive, isMigration, isPresent, pfn } from "./page-table.ts";
import { populated, populateVmaPage } from "./populate.ts";
import { sayWhether } from "./say-whether.ts";
import { beginFlushPending, endFlushPending, flushTlb, hasCpus, isFlushNested } from "./tlb.ts";
import { endWriting } from "./tracking.ts";
import { markVma } from "./vma-lock.ts";

export const mprotectRead = procedure<VmaOperation>("mprotect_fixup", { file: "mm/mprotect.c" }, (k, operation) => {
  mprotect(k, operation, false);
});

export const mprotectWrite = procedure<VmaOperation>("mprotect_fixup", { file: "mm/mprotect.c" }, (k, operation) => {
  mprotect(k, operation, true);
});

function mprotect(k: Recorder, { context, vma }: VmaOperation, write: boolean): void {
  const { machine, mm } = context;
  const go = k.register("go", bool);
  const mayPopulate = write && machine.uses("mlock") && machine.has("mprotect-populates-locked");
  const populates = k.register("populates", bool);
  const permission = machine.vmaWrite(mm, vma);
  const permitted = `its permission ${write ? "read-write" : "read-only"}`;
  const isMarked = machine.vmaLock(mm, vma) !== undefined;
  const note = isMarked ? "looks whether its permission differs" : "changes the VMA's permission if it differs";
  k.step("mmap_write_lock", `takes the mmap lock for writing; ${note}`, () => {
    mmapWriteLock(k, context);
    const changes = machine.has("mprotect-needs-change") ? ne(permission, write) : true;
    k.set(go, and(machine.vmaMapped(mm, vma.index), changes));
    sayVma(k, "writing", machine.vmaMapped(mm, vma.index));
    if (!isMarked) k.if(go, () => k.outcome(`makes ${permitted}`));
    k.if(and(machine.vmaMapped(mm, vma.index), not(changes)), () => k.outcome(`leaves ${permitted}`));
    // If a locked VMA becomes writable, its pages are copied now rather than at the first write.
    if (mayPopulate)
      k.set(populates, and(machine.vmaMapped(mm, vma.index), not(permission), machine.vmaLocked(mm, vma)));
    if (!isMarked) k.set(permission, write);
  });
  markVma(k, context, { vma, go, change: () => k.set(permission, write) });
  k.if(go, () =>
    changeProtection(k, {
      context,
      first: vma.first,
      count: vma.count,
      change: (pte) =>
        write && machine.has("protection-restores-write")
          ? upgraded(context, vma, pte)
          : withFields(pte, { write: false }),
    }),
  );
  if (mayPopulate) k.if(populates, () => populate(k, { context, vma }));
  k.step("mmap_write_unlock", "drops the mmap lock", () => {
    mmapWriteUnlock(k, context);
    if (mayPopulate) endWriting(k, context);
  });
}

/** populate_vma_page_range(), with the mmap lock held for writing. The result is ignored. */
function populate(k: Recorder, { context, vma }: VmaOperation): void {
  const result = k.register("populated", populated);
  for (let va = vma.first; va < vma.first + vma.count; va++)
    k.if(eq(result, "done"), () =>
      k.set(result, k.call(populateVmaPage, { context, va, write: true, unlockable: false })),
    );
}

/** MM_CP_TRY_CHANGE_WRITABLE: a present entry becomes writable if no rule forbids it. */
export function upgraded(context: Context, vma: Vma, pte: Expr): Expr {
  return withFields(pte, { write: canChangePteWritable(context, context.mm, vma, pte, pfn(pte)) });
}

export interface Change {
  readonly context: Context;
  readonly first: number;
  readonly count: number;
  /**
   * The new value of a present entry. pte_modify() gives the entry the VMA's protection. The protection of a private
   * mapping is never writable, whatever the VMA allows.
   */
  readonly change: (pte: Expr) => Expr;
  /** The new value of any other entry, apart from its write permission. */
  readonly changeOther?: (pte: Expr) => Expr;
  /** What takes the place of an empty entry, if not nothing. */
  readonly instead?: Expr | undefined;
  /** Part of the step that changes an entry. */
  readonly also?: (va: number) => void;
}

/**
 * change_protection(): notifies the devices, changes each entry under the PTL, then flushes. Since v5.19 an mmu_gather
 * does the flush: it flushes only what pte_needs_flush() names, or everything if other actors have yet to flush.
 */
export function changeProtection(
  k: Recorder,
  { context, first, count, change, changeOther = (pte) => pte, instead, also = () => {} }: Change,
): void {
  const { machine, mm } = context;
  const gathers = machine.has("protection-flushes-by-gather");
  const flush = k.register("flush", bool);
  k.set(flush, false);
  k.call(invalidateRangeStart, { context, event: "PROTECTION_VMA", mm, first, count });
  const vma = vmaAt(machine, first);
  const ofPart = vma.pmdMappable && count < vma.count;
  const populates = vma.pmdMappable && instead !== undefined;
  if (populates) populatePmd(k, { context, vma, ofPart });
  else if (ofPart) splitIfHuge(k, { context, vma, by: "change_pmd_range", underPtl: false });
  const changeEntry = (va: number) => {
    modifyEntry(k, {
      context,
      va,
      by: "change_pte_range",
      before: () => {
        if (machine.has("protection-flushes-batched")) flushBatchedPending(k, machine, mm);
        if (va === first) beginFlushPending(k, machine, mm);
        // A zap has emptied the PMD meanwhile: change_pmd_range() of 6.8, 6.12.117, 6.18.2 and 7.1.5 begins again.
        if (populates) allocatePageTable(k, context, vma);
      },
      // As in zap(): an empty PMD is passed over, and so is a folio that a fault has mapped there meanwhile.
      ...(ofPart ? { skips: () => not(machine.pageTable(mm, vma)) } : {}),
      change,
      changeOther: (pte) => {
        const other = demoted(context, pte);
        return select(keepsMark(context, vma, pte), other, changeOther(other));
      },
      instead,
      compare: (before, after) => {
        const permission = ne(field(after, "write"), field(before, "write"));
        const counts = or(isPresent(before), ne(after, before));
        k.set(flush, or(flush, gathers ? and(isPresent(before), permission) : counts));
      },
      also: () => also(va),
    });
  };
  const walk = () => {
    for (let va = first; va < first + count; va++) changeEntry(va);
  };
  const passOver = () =>
    k.step("tlb_gather_mmu", "begins a gather, which stays empty", () => beginFlushPending(k, machine, mm));
  if (ofPart || populates) walk();
  else unlessPmdNone(k, { context, vma, by: "change_pmd_range" }, walk, passOver);
  k.call(invalidateRangeEnd, { context, mm });
  k.step("flush_tlb_range", "flushes the range from the CPUs' TLBs if an entry requires it", () => {
    const needed = gathers ? or(flush, isFlushNested(machine, mm)) : flush;
    if (machine.has("mprotect-flushes-tlb") && hasCpus(machine, mm)) {
      k.if(not(needed), () => k.outcome("finds that no entry requires a flush"));
      k.if(needed, () => {
        k.outcome("flushes the range from the CPUs' TLBs");
        flushTlb(k, machine, mm, first, count);
      });
    } else k.outcome("flushes nothing");
    endFlushPending(k, machine, mm);
  });
}

/**
 * change_pmd_prepare(): markers need a page table. A PMD that maps a folio stays as it is, unless a part of it is to be
 * changed; then it is split, however often a fault maps another folio there.
 */
function populatePmd(k: Recorder, { context, vma, ofPart }: VmaOperation & { readonly ofPart: boolean }): void {
  const { machine, mm } = context;
  const split = k.register("split", bool);
  const prepare = () =>
    k.step("change_pmd_prepare", "makes a page table if the PMD is empty", () => {
      allocatePageTable(k, context, vma);
      sayWhether(k, split, machine.pmdMapped(mm, vma), [["finds a PMD that maps a folio"], ["has a page table"]]);
    });
  if (ofPart)
    k.loop(() => {
      prepare();
      k.if(not(split), () => k.break());
      splitHugePmd(k, { context, vma });
    });
  else prepare();
}

/** change_huge_pmd() of older kernels: neither sets nor clears userfaultfd's mark in a migration entry. */
function keepsMark({ machine, mm }: Context, vma: Vma, pte: Expr): Expr {
  if (!vma.pmdMappable || !hasMigrationEntries(machine) || machine.has("huge-migration-keeps-uffd-wp"))
    return constant(0, bool);
  return and(machine.pmdMapped(mm, vma), isMigration(pte));
}

/**
 * A writable migration entry becomes a readable one, whatever is being changed. So does a writable exclusive entry, if
 * there are two kinds of exclusive entries; and a writable entry of a device's page, which loses its soft-dirty bit ("We
 * do not preserve soft-dirtiness"). A swap entry holds no permission. The uffd-wp bit of a writable migration entry is
 * forgotten; only PAGEMAP_SCAN leaves such an entry.
 */
function demoted({ machine }: Context, pte: Expr): Expr {
  const exclusive = machine.has("protection-demotes-exclusive") ? isExclusive(pte) : false;
  const migration =
    hasMigrationEntries(machine) && machine.has("protection-demotes-migration") ? isMigration(pte) : false;
  const demotes = or(exclusive, migration);
  const readable = withFields(pte, { write: and(field(pte, "write"), not(demotes)) });
  const forgets = machine.uses("pagemap_scan") ? and(migration, field(pte, "write")) : false;
  const other = select(forgets, withFields(readable, { uffd_wp: false }), readable);
  const ofDevice = and(isDevicePrivate(pte), field(pte, "write"));
  return isConstant(ofDevice) ? other : select(ofDevice, withFields(pte, { write: false, soft_dirty: false }), other);
}

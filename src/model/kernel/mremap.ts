/** Moving a VMA to other addresses (mm/mremap.c): mremap() with MREMAP_MAYMOVE | MREMAP_FIXED and an unchanged size. */

import { and, type Expr, isConstant, not } from "../../ir/expression.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import { flushBatchedPending } from "./batched-flush.ts";
import { splitIfHuge } from "./huge-memory.ts";
import { mayMap } from "./mapped-walk.ts";
import { mmapWriteLock, mmapWriteUnlock, sayVma } from "./mmap-lock.ts";
import { movePmd } from "./move-pmd.ts";
import { type Move, movedEntry, writeMoved } from "./moved-entry.ts";
import { invalidateRangeEnd, invalidateRangeStart } from "./notifier.ts";
import { letGo, takeInHand } from "./page.ts";
import { awaitPtl, holdPtl, isNone, isPresent, isZeroPage, none, pfn, releasePtl } from "./page-table.ts";
import { awaitReverseMap, linkVma } from "./reverse-map.ts";
import { flushTlb } from "./tlb.ts";
import { markVma, vmaStartWrite } from "./vma-lock.ts";

/**
 * move_vma(): makes a copy of the VMA at the new addresses, moves the entries, and unmaps the old VMA, which has no
 * entries left. The devices have already been notified of the old range. Nothing happens if the VMA is gone or the new
 * addresses are in use (the kernel would unmap what is there).
 */
export const mremap = procedure<Move>("move_vma", { file: "mm/mremap.c" }, (k, move) => {
  const { context, from, to } = move;
  const { machine, mm } = context;
  const go = k.register("go", bool);
  k.step("mmap_write_lock", "takes the mmap lock for writing and looks up both ranges", () => {
    mmapWriteLock(k, context);
    k.set(go, and(machine.vmaMapped(mm, from.index), not(machine.vmaMapped(mm, to.index))));
    sayVma(k, "writing", machine.vmaMapped(mm, from.index));
    k.if(machine.vmaMapped(mm, to.index), () => k.outcome("finds the new addresses in use: gives up"));
  });
  markVma(k, context, { vma: from, go });
  k.if(go, () => {
    k.step("copy_vma", "puts a VMA like the old one into the reverse map, after the old one", () => {
      awaitReverseMap(k, context, from);
      linkVma(k, machine, mm, to, true);
      const lock = machine.vmaLock(mm, to);
      if (lock !== undefined) vmaStartWrite(k, context, lock);
      // free_pgtables() has freed what was there.
      if (to.pmdMappable) k.set(machine.pageTable(mm, to), false);
      // mremap_userfaultfd_prep(): userfaultfd is used without remap events.
      if (!isConstant(machine.userfaultfd(mm, to))) k.set(machine.userfaultfd(mm, to), false);
      const { vmaWrite, tracksSoftDirty, vmaLocked, hasAnonVma, sharesAnonVma } = machine;
      for (const flag of [vmaWrite, tracksSoftDirty, vmaLocked, hasAnonVma, sharesAnonVma])
        if (!isConstant(flag(mm, to))) k.set(flag(mm, to), flag(mm, from));
    });
    k.call(movePageTables, move);
    k.step("do_munmap", "takes the old VMA out of the reverse map", () => {
      awaitReverseMap(k, context, from);
      linkVma(k, machine, mm, from, false);
    });
  });
  k.step("mmap_write_unlock", "drops the mmap lock", () => mmapWriteUnlock(k, context));
});

const movePageTables = procedure<Move>("move_page_tables", { file: "mm/mremap.c" }, (k, move) => {
  const { context, from, to } = move;
  const { machine, mm } = context;
  const notifies = machine.has("mremap-notifies");
  const range = { first: from.first, count: from.count };
  if (notifies) k.call(invalidateRangeStart, { context, event: "UNMAP", mm, ...range });
  const moveEntries = () => {
    for (let page = 0; page < from.count; page++) movePte(k, move, page);
  };
  if (!from.pmdMappable) moveEntries();
  else if (to.pmdMappable) k.if(not(k.call(movePmd, move)), moveEntries);
  else {
    // The new addresses are not aligned.
    splitIfHuge(k, { context, vma: from, by: "pmd_trans_huge", underPtl: false });
    moveEntries();
  }
  if (notifies) k.call(invalidateRangeEnd, { context, mm });
});

/**
 * move_ptes() for one entry. For an entry that has a page, clearing the old entry and writing the new one are two
 * steps. A walk of the page's mappings that comes in between finds the page at neither address, unless the walk is
 * locked out (need_rmap_locks). Any other access finds the entry empty, at either address, and waits for the mmap lock.
 * This adds no behaviour: before the move the new entry is empty, and after the move the old one is. A device-exclusive
 * entry is moved like any other.
 */
function movePte(k: Recorder, { context, from, to }: Move, page: number): void {
  const { machine, mm } = context;
  const [oldVa, newVa] = [from.first + page, to.first + page];
  const oldPte = machine.pte(mm, oldVa);
  const name = machine.addresses[oldVa];
  // A walk of the reverse map would visit the new VMA first.
  const needRmapLocks = to.index < from.index;
  const pte = k.register(`pte ${name}`, machine.types.pte);
  const ofPage = and(mayMap(pte), not(isZeroPage(machine, pte)));
  const write = (old: Expr) => writeMoved(k, context, { oldVa, newVa, entry: movedEntry(machine, old) });
  k.step(
    `move_ptes ${name}`,
    "takes the PTL and clears the entry of a page, or moves an entry that has no page",
    () => {
      awaitPtl(k, context, mm);
      if (needRmapLocks) awaitReverseMap(k, context, from);
      if (machine.has("mremap-flushes-batched")) flushBatchedPending(k, machine, mm);
      k.set(pte, oldPte);
      k.if(
        mayMap(pte),
        () =>
          k.outcome(needRmapLocks ? "takes the PTL and moves the entry" : "takes the PTL and clears the entry", pte),
        () =>
          k.if(
            isNone(pte),
            () => k.outcome("finds the entry none: passes over it"),
            () => k.outcome("moves the entry", pte, "under the PTL"),
          ),
      );
      k.if(not(isNone(pte)), () => k.set(oldPte, none(machine)));
      k.if(
        mayMap(pte),
        () => {
          holdPtl(k, context, mm);
          if (needRmapLocks) write(pte);
          else k.if(ofPage, () => takeInHand(k, context, pfn(pte)));
        },
        () => k.if(not(isNone(pte)), () => write(pte)),
      );
    },
  );
  if (!needRmapLocks)
    k.if(mayMap(pte), () =>
      k.step(`set_pte_at ${name}`, "writes the entry at the new address and marks it as soft-dirty", () => {
        write(pte);
        k.if(ofPage, () => letGo(k, context, pfn(pte)));
      }),
    );
  k.if(mayMap(pte), () =>
    k.step(
      `flush_tlb_range ${name}`,
      "flushes the old address of a present entry from the CPUs' TLBs and drops the PTL",
      () => {
        if (machine.has("mremap-flushes-tlb")) k.if(isPresent(pte), () => flushTlb(k, machine, mm, oldVa, 1));
        releasePtl(k, context, mm);
      },
    ),
  );
}

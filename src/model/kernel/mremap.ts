/** Moving a VMA to other addresses (mm/mremap.c): mremap() with MREMAP_MAYMOVE | MREMAP_FIXED, the size unchanged. */
import { and, isConstant, not, withFields } from "../../ir/expression.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import type { Context } from "../context.ts";
import type { Vma } from "../machine.ts";
import { mmapWriteLock, mmapWriteUnlock } from "./mmap-lock.ts";
import { invalidateRangeEnd, invalidateRangeStart } from "./notifier.ts";
import { awaitPtl, holdPtl, isNone, isPresent, isSwap, none, releasePtl } from "./page-table.ts";
import { detachPins } from "./pin.ts";
import { awaitReverseMap, linkVma } from "./reverse-map.ts";
import { flushTlb } from "./tlb.ts";
import { moveTracked } from "./tracking.ts";

export interface Move {
  readonly context: Context;
  readonly from: Vma;
  readonly to: Vma;
}

/**
 * move_vma(): a copy of the VMA at the new addresses, the entries moved, the old one unmapped, which has no entry left.
 * The devices have been told of that range already. Nothing happens where the VMA is gone or the addresses are in use
 * (where the kernel would unmap them).
 */
export const mremap = procedure<Move>("move_vma", { file: "mm/mremap.c" }, (k, move) => {
  const { context, from, to } = move;
  const { machine, mm } = context;
  const go = k.register("go", bool);
  k.step("mmap_write_lock", "takes the mmap lock for writing and looks both ranges up", () => {
    mmapWriteLock(k, context);
    k.set(go, and(machine.vmaMapped(mm, from.index), not(machine.vmaMapped(mm, to.index))));
  });
  k.if(go, () => {
    k.step("copy_vma", "puts a VMA like the old one into the reverse map, behind it", () => {
      awaitReverseMap(k, context, from);
      linkVma(k, machine, mm, to, true);
      // mremap_userfaultfd_prep(): there are no remap events.
      if (!isConstant(machine.userfaultfd(mm, to))) k.set(machine.userfaultfd(mm, to), false);
      for (const flag of [machine.vmaWrite, machine.tracksSoftDirty, machine.vmaLocked])
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
  const { context, from } = move;
  const { machine, mm } = context;
  const notifies = machine.has("mremap-notifies");
  const range = { first: from.first, count: from.count };
  if (notifies) k.call(invalidateRangeStart, { context, event: "UNMAP", mm, ...range });
  for (let page = 0; page < from.count; page++) movePte(k, move, page);
  if (notifies) k.call(invalidateRangeEnd, { context, mm });
});

/**
 * move_ptes() for one entry. Clearing it here and writing it there is one step: an access in between finds no entry at
 * either address, as at the new one before and at the old one after, and waits for the mmap lock. A device-exclusive
 * entry is moved like any other. The new VMA has no userfaultfd, so that its bit means nothing there; before v6.13 it
 * stays all the same.
 */
function movePte(k: Recorder, { context, from, to }: Move, page: number): void {
  const { machine, mm } = context;
  const [oldVa, newVa] = [from.first + page, to.first + page];
  const [oldPte, newPte] = [machine.pte(mm, oldVa), machine.pte(mm, newVa)];
  const name = machine.addresses[oldVa];
  const present = k.register(`present ${name}`, bool);
  k.step(`move_ptes ${name}`, "takes the PTL and moves the entry, marked as soft-dirty", () => {
    awaitPtl(k, context, mm);
    // need_rmap_locks: a walk of the reverse map would come by the new VMA first.
    if (to.index < from.index) awaitReverseMap(k, context, from);
    k.set(present, isPresent(oldPte));
    k.if(present, () => holdPtl(k, context, mm));
    // flush_tlb_batched_pending(): whoever swapped the page out may not have flushed yet.
    if (machine.swapSlots > 0) k.if(isSwap(oldPte), () => flushTlb(k, machine, mm, oldVa, 1));
    k.if(not(isNone(oldPte)), () => {
      const moved = machine.has("mremap-clears-uffd-wp") ? withFields(oldPte, { uffd_wp: false }) : oldPte;
      k.set(newPte, machine.has("mremap-marks-soft-dirty") ? withFields(moved, { soft_dirty: true }) : moved);
      k.set(oldPte, none(machine));
      moveTracked(k, machine, mm, oldVa, newVa);
      // The page is the process's still, but not at the address where it was pinned.
      detachPins(k, machine, mm, oldVa);
    });
  });
  k.if(present, () =>
    k.step(`flush_tlb_range ${name}`, "flushes the old address from the CPUs' TLBs and drops the PTL", () => {
      if (machine.has("mremap-flushes-tlb")) flushTlb(k, machine, mm, oldVa, 1);
      releasePtl(k, context, mm);
    }),
  );
}

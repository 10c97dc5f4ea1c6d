/** fork() (kernel/fork.c). */

import { and, isConstant, not } from "../../ir/expression.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import type { Context, VmaOperation } from "../machine/context.ts";
import { rootOf } from "../machine/machine.ts";
import { copyPageRange } from "./copy-page-range.ts";
import { mmapWriteLock, mmapWriteUnlock } from "./mmap-lock.ts";
import { awaitReverseMap, linkVma } from "./reverse-map.ts";
import { flushTlb } from "./tlb.ts";
import { vmaStartWriteKillable } from "./vma-lock.ts";
import { zapPageRange } from "./zap.ts";

export interface Fork {
  readonly context: Context;
  readonly child: number;
}

/** dup_mmap() and what follows: the child runs, or what was copied for it is torn down. */
export const fork = procedure<Fork>("dup_mmap", { file: "kernel/fork.c" }, (k, { context, child }) => {
  const { machine, mm } = context;
  const vmas = machine.vmas.filter((vma) => vma.mm === rootOf(machine, mm));
  const childContext = { ...context, mm: child };
  const failed = k.register("failed", bool);
  k.set(failed, false);
  k.step("mmap_write_lock", "takes both mmap locks for writing; the child's has no other users yet", () => {
    mmapWriteLock(k, context);
    mmapWriteLock(k, childContext);
  });
  for (const vma of vmas) {
    const needsCopy = k.register(`needs_copy ${vma.name}`, bool);
    const lock = machine.has("fork-locks-vmas") ? machine.vmaLock(mm, vma) : undefined;
    if (lock !== undefined)
      k.if(not(failed), () =>
        k.step(
          `vma_start_write ${vma.name}`,
          "waits until no fault holds the lock of the VMA, and marks the VMA as locked",
          () =>
            k.if(
              machine.vmaMapped(mm, vma.index),
              () => vmaStartWriteKillable(k, context, { ...lock, killed: () => k.set(failed, true) }),
              () => k.outcome("finds no VMA to mark"),
            ),
        ),
      );
    k.if(not(failed), () => {
      k.step(`anon_vma_fork ${vma.name}`, "puts the child's VMA into the reverse map, after the parent's", () => {
        awaitReverseMap(k, context, vma);
        const mapped = machine.vmaMapped(mm, vma.index);
        const hasAnonVma = machine.hasAnonVma(mm, vma);
        // copy_page_range() ends at once if there is no anon_vma (vma_needs_copy), and notifies no device. The other
        // reasons to copy are not modelled: PFN mappings, and userfaultfd with fork events.
        k.set(needsCopy, and(mapped, hasAnonVma));
        k.if(not(mapped), () => k.outcome("finds that the parent has no VMA to copy"));
        k.if(mapped, () => k.outcome("puts the child's VMA into the reverse map, after the parent's"));
        k.if(and(mapped, not(hasAnonVma)), () => k.outcome("copies no entries, because the VMA has no anon_vma"));
        k.set(machine.sharesAnonVma(child, vma), hasAnonVma);
        linkVma(k, machine, child, vma, machine.vmaMapped(mm, vma.index));
        for (const flag of [machine.vmaWrite, machine.tracksSoftDirty, machine.hasAnonVma])
          if (!isConstant(flag(child, vma))) k.set(flag(child, vma), flag(mm, vma));
      });
      k.if(needsCopy, () => k.set(failed, not(k.call(copyPageRange, { context, child, vma }))));
    });
  }
  const locked = machine.has("fork-undoes-copies-locked");
  const undo = () => {
    for (const vma of vmas) k.call(locked ? unmapRegion : exitMmap, { context: childContext, vma });
  };
  if (locked) k.if(failed, undo);
  if (machine.has("fork-flushes-tlb")) {
    k.step("flush_tlb_mm", "flushes the parent's translations, which may still be writable", () =>
      flushTlb(k, machine, mm, 0, machine.addresses.length),
    );
  }
  k.step("mmap_write_unlock", "drops both mmap locks", () => {
    mmapWriteUnlock(k, childContext);
    mmapWriteUnlock(k, context);
  });
  k.if(
    failed,
    () => {
      if (!locked) undo();
      k.step("mmput", "gives up the child's address space; fork() fails", () => {
        k.set(machine.processState(child), "failed");
        k.set(machine.failed(context.actor), true);
      });
    },
    () => k.step("wake_up_new_task", "lets the child run", () => k.set(machine.processState(child), "running")),
  );
});

/** exit_mmap() for one VMA of an address space in which no thread runs. */
const exitMmap = procedure<VmaOperation>("exit_mmap", { file: "mm/mmap.c" }, tearDown);

/** unmap_region() and tear_down_vmas(), which dup_mmap() calls for the child's VMAs that it has linked. */
const unmapRegion = procedure<VmaOperation>("unmap_region", { file: "mm/vma.c" }, tearDown);

function tearDown(k: Recorder, { context, vma }: VmaOperation): void {
  const { machine, mm } = context;
  const mapped = k.register("mapped", bool);
  k.step("unmap_vmas", "checks whether the VMA was copied", () => {
    k.set(mapped, machine.vmaMapped(mm, vma.index));
    k.if(
      mapped,
      () => k.outcome("finds that the VMA was copied"),
      () => k.outcome("finds that the VMA was not copied: passes over it"),
    );
  });
  k.if(mapped, () => {
    k.call(zapPageRange, { context, mm, first: vma.first, count: vma.count, event: "UNMAP" });
    k.step("unlink_anon_vmas", "takes the VMA out of the reverse map", () => {
      awaitReverseMap(k, context, vma);
      linkVma(k, machine, mm, vma, false);
    });
  });
}

/** The locks of the reverse map: one of each VMA's anonymous memory (anon_vma) and one of the file behind it (i_mmap). */
import { and, type Expr, eq, or } from "../../ir/expression.ts";
import type { Recorder } from "../../ir/recorder.ts";
import type { Context } from "../context.ts";
import { descendsFrom, type Machine, type Vma } from "../machine.ts";

/** Part of a step that puts a VMA into the reverse map or takes it out: both locks are needed for writing. */
export function awaitReverseMap(k: Recorder, { machine }: Context, vma: Vma): void {
  k.await(eq(machine.anonVmaReaders(vma), 0));
  if (vma.backing === "private-file") k.await(eq(machine.iMmapReaders(vma), 0));
}

/**
 * Whether a walk of the page's reverse map comes by an address space: its anon_vma holds the VMAs of the address space
 * that first mapped the page and of those forked from it.
 */
export function isInReverseMap(machine: Machine, mm: number, vma: Vma, page: Expr): Expr {
  const ancestors = [...machine.mms.keys()].filter((ancestor) => descendsFrom(machine, mm, ancestor));
  return and(
    or(...ancestors.map((ancestor) => eq(machine.anonVmaOf(page), ancestor))),
    machine.vmaMapped(mm, vma.index),
  );
}

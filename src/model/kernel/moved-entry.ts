/** An entry that mremap() moves to another address: parts of steps (mm/mremap.c move_ptes, mm/huge_memory.c). */
import { type Expr, select, withFields } from "../../ir/expression.ts";
import type { Recorder } from "../../ir/recorder.ts";
import type { Context } from "../machine/context.ts";
import type { Machine, Vma } from "../machine/machine.ts";
import { isMarker, none } from "./page-table.ts";
import { detachPins } from "./pinned.ts";
import { moveTracked } from "./tracking.ts";

export interface Move {
  readonly context: Context;
  readonly from: Vma;
  readonly to: Vma;
}

/**
 * move_soft_dirty_pte() and move_soft_dirty_pmd(). The new VMA has no userfaultfd, so the uffd-wp bit means nothing
 * there; before v6.13 it stays nevertheless.
 */
export function movedEntry(machine: Machine, old: Expr): Expr {
  const clears = machine.has("mremap-clears-uffd-wp");
  const kept = clears ? withFields(old, { uffd_wp: false }) : old;
  const moved = machine.has("mremap-marks-soft-dirty") ? withFields(kept, { soft_dirty: true }) : kept;
  return clears ? select(isMarker(old), none(machine), moved) : moved;
}

/**
 * Writes an entry at its new address. What was pinned still belongs to the process, but is no longer where it was
 * pinned.
 */
export function writeMoved(
  k: Recorder,
  { machine, mm }: Context,
  { oldVa, newVa, entry }: { readonly oldVa: number; readonly newVa: number; readonly entry: Expr },
): void {
  k.set(machine.pte(mm, newVa), entry);
  moveTracked(k, machine, mm, oldVa, newVa);
  detachPins(k, machine, mm, oldVa);
}

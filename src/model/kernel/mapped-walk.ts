/** How walks of a page's mappings come by an entry (mm/page_vma_mapped.c). */
import { and, type Expr, eq, not, or } from "../../ir/expression.ts";
import type { Recorder } from "../../ir/recorder.ts";
import type { Context } from "../context.ts";
import { isExclusive, isPresent } from "./page-table.ts";

/** Whether the walk takes the page-table lock for the entry: it is present or exclusive, whichever page's it is. */
export const mayMap = (pte: Expr): Expr => or(isPresent(pte), isExclusive(pte));

/**
 * page_vma_mapped_walk() without PVMW_SYNC, part of the step that then looks at the entry under the page-table lock
 * (PTL). The walk looks once before it takes the lock (map_pte), and passes over an entry that is empty or a swap entry
 * at that moment. It may be empty only until the lock's holder writes it again. `locked`: the walk has the lock already
 * from an entry before this one.
 *
 * Both looks are one step. A first look that passes over ends the visit; any other decides nothing, since the entry is
 * looked at again under the lock, and might as well have come just before that.
 */
export function awaitMapPte(
  k: Recorder,
  { machine }: Context,
  { mm, va }: { readonly mm: number; readonly va: number },
  locked: Expr | boolean = false,
): void {
  const passesOver = machine.has("walk-looks-without-ptl") ? and(not(locked), not(mayMap(machine.pte(mm, va)))) : false;
  k.await(or(eq(machine.ptl(mm), 0), passesOver));
}

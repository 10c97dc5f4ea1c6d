/** How walks of a page's mappings visit an entry (mm/page_vma_mapped.c). */
import { and, type Expr, eq, not, or } from "../../ir/expression.ts";
import type { Recorder } from "../../ir/recorder.ts";
import type { Context } from "../machine/context.ts";
import { invalidateRangeStart } from "./notifier.ts";
import { isDevicePrivate, isExclusive, isPresent } from "./page-table.ts";

/**
 * Whether the walk takes the page-table lock for the entry: it does if the entry is present, exclusive or of a device's
 * page, even if it is for another page.
 */
export const mayMap = (pte: Expr): Expr => or(isPresent(pte), isExclusive(pte), isDevicePrivate(pte));

interface Walk {
  readonly context: Context;
  readonly mm: number;
  readonly va: number;
  /** Whether the page belongs to a large folio. */
  readonly large: Expr;
}

/** Announces what a walk may change: both entries of a large folio, or the entry of a single page. */
export function beginInvalidation(
  k: Recorder,
  { context, mm, va, large }: Walk,
  pair: { readonly first: number; readonly count: number },
): void {
  const begin = (first: number, count: number) => () =>
    k.call(invalidateRangeStart, { context, event: "CLEAR", mm, first, count });
  const single = begin(va, 1);
  if (pair.count === 1) single();
  else k.if(large, begin(pair.first, pair.count), single);
}

/** Part of a step that does nothing with the entry that the walk looks at. */
export function sayPassedOver(k: Recorder, pte: Expr): void {
  k.outcome("finds the entry", pte, ": passes over it");
}

/**
 * page_vma_mapped_walk() without PVMW_SYNC, part of the step that then reads the entry under the page-table lock (PTL).
 * The walk looks at the entry once before it takes the lock (map_pte). It passes over an entry that is empty or a swap
 * entry at that moment, even if the holder of the lock is about to write it again. `locked`: the walk already has the
 * lock, from an earlier entry.
 *
 * Both looks are one step. A first look that passes over the entry ends the visit. Any other first look decides
 * nothing, because the entry is read again under the lock; so the first look can be placed immediately before the
 * second.
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

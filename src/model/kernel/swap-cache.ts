/**
 * What becomes of the slots of the swap device and of the swap cache, which may hold a page for a slot (mm/swapfile.c,
 * mm/swap_state.c).
 * A slot counts the entries that stand for its content. It is free when no entry does and the cache has no page for it.
 */
import { add, and, constant, type Expr, eq, gt, narrowed, ne, not, subtract } from "../../ir/expression.ts";
import type { Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import type { Context } from "../machine/context.ts";
import type { Machine } from "../machine/machine.ts";
import { decrement } from "./counter.ts";
import { nextPage } from "./folio.ts";
import { addReference, dropReference } from "./page.ts";
import { isMapped } from "./reverse-map.ts";
import { cachesFolios, inSwapCache, isCachedFor, isCachedForFolio, isSwapped, slotsOf } from "./swap-slots.ts";
import { markNewer } from "./tracking.ts";

export function mayFreeSwap(machine: Machine, page: Expr): Expr {
  return and(inSwapCache(machine, page), not(isSwapped(machine, page)));
}

/** Whether no entry stands for a slot, and neither the swap cache nor a fault has it. */
export function isFreeSlot(machine: Machine, slot: number): Expr {
  return and(eq(machine.swapCache(slot), 0), eq(machine.swapCount(slot), 0), not(machine.slotClaimed(slot)));
}

/** Puts the slot of a page in the swap cache into a register. */
export function readSlot(k: Recorder, machine: Machine, page: Expr, slot: Expr): void {
  for (const each of slotsOf(machine)) k.if(isCachedFor(machine, each, page), () => k.set(slot, each));
}

export function addToSwapCache(k: Recorder, { machine }: Context, page: Expr, slot: Expr | number): void {
  k.set(machine.swapCache(slot), add(page, 1));
  addReference(k, machine, page);
}

/** delete_from_swap_cache(), by an actor that has a reference to the page. */
export function deleteFromSwapCache(k: Recorder, { machine }: Context, page: Expr): void {
  const { refcount } = machine;
  for (const slot of slotsOf(machine)) {
    k.if(isCachedForFolio(machine, slot, page), () => {
      k.assert(gt(refcount(page), 1), "delete_from_swap_cache by an actor without a reference");
      decrement(k, refcount(page), "put_page on a page without references");
      k.set(machine.swapCache(slot), 0);
    });
  }
}

/** The page of the copy that takes the place of the page that the swap cache has for a slot. */
function pageOfCopy(
  machine: Machine,
  { slot, page, copy }: { readonly slot: number; readonly page: Expr; readonly copy: Expr },
): Expr {
  if (!cachesFolios(machine)) return copy;
  const offset = subtract(machine.swapCache(slot), add(page, 1));
  return narrowed(add(copy, offset), machine.types.page);
}

/** Part of folio_migrate_mapping(): the swap cache's references pass from a folio to its copy. */
export function moveInSwapCache(k: Recorder, context: Context, page: Expr, copy: Expr): void {
  const { machine } = context;
  for (const slot of slotsOf(machine)) {
    k.if(isCachedForFolio(machine, slot, page), () => {
      decrement(k, machine.refcount(page), "put_page on a page without references");
      addReference(k, machine, copy);
      k.set(machine.swapCache(slot), add(pageOfCopy(machine, { slot, page, copy }), 1));
    });
  }
}

/**
 * try_to_free_swap() / folio_free_swap(): takes the page out of the swap cache if no entry stands for the slot. From
 * then on only the page holds the content. The page is locked, or its lock is tried and dropped in the same step: an
 * actor that tries the lock at that moment could fail, but it can fail with any other holder too.
 */
export function tryToFreeSwap(k: Recorder, context: Context, page: Expr): void {
  const { machine } = context;
  k.if(mayFreeSwap(machine, page), () => {
    k.set(machine.pageDirty(page), true);
    markFolioNewer(k, machine, page, true);
    deleteFromSwapCache(k, context, page);
  });
}

/** The same as markNewer() for all pages of a folio. */
export function markFolioNewer(k: Recorder, machine: Machine, page: Expr, newer: boolean): void {
  if (!cachesFolios(machine)) return markNewer(k, machine, page, newer);
  const head = machine.head(page);
  markNewer(k, machine, head, newer);
  k.if(machine.largeFolio(page), () => markNewer(k, machine, nextPage(machine, head), newer));
}

/** free_swap_cache(): the same for a page that is about to lose a reference, if it is not mapped and not locked. */
export function freeSwapCache(k: Recorder, context: Context, page: Expr): void {
  const { machine } = context;
  if (machine.swapSlots === 0) return;
  k.if(and(not(isMapped(machine, page)), eq(machine.pageLock(page), 0)), () => tryToFreeSwap(k, context, page));
}

/**
 * Whether counting one more entry for a slot may need a page. It does beyond 62 entries (SWAP_MAP_MAX), which no
 * scenario reaches. But if allocations may fail, entries of processes outside the scenario may have used up that
 * number.
 */
export function countsMayNeedPage({ scenario, swapSlots }: Machine): boolean {
  return swapSlots > 0 && scenario.system.memory === "may-fail";
}

/** get_swap_page() and add_to_swap_cache(), for any free slot. */
export function takeSlot(
  k: Recorder,
  context: Context,
  { page, slot, go }: { readonly page: Expr; readonly slot: Expr; readonly go: Expr },
): void {
  const { machine } = context;
  const take = (number: number) => () => {
    k.await(isFreeSlot(machine, number));
    k.outcome("puts", page, `into the swap cache for slot ${number}`);
    k.set(slot, number);
    addToSwapCache(k, context, page, number);
    k.set(machine.pageDirty(page), true);
  };
  k.choose({
    ...Object.fromEntries(slotsOf(machine).map((number) => [`slot ${number}`, take(number)])),
    "no slot is free": () => {
      k.await(and(...slotsOf(machine).map((number) => not(isFreeSlot(machine, number)))));
      k.outcome("finds no free slot: gives up");
      k.set(go, false);
    },
  });
}

export interface Duplicate {
  /** What follows once the entry is counted. */
  readonly counted: () => void;
  /** What follows if this page cannot be allocated under the page-table lock (GFP_ATOMIC). */
  readonly failed: () => void;
  readonly mayFail?: Expr;
}

/** swap_duplicate(): counts one more entry for the slot. */
export function swapDuplicate(
  k: Recorder,
  machine: Machine,
  slot: Expr,
  { counted, failed, mayFail = constant(1, bool) }: Duplicate,
): void {
  const count = () => {
    k.set(machine.swapCount(slot), add(machine.swapCount(slot), 1));
    counted();
  };
  if (!countsMayNeedPage(machine)) return count();
  k.choose({
    counted: count,
    "no page for the count": () => {
      k.await(mayFail);
      failed();
    },
  });
}

/** swap_free(): counts one entry less. */
export function swapFree(k: Recorder, machine: Machine, slot: Expr): void {
  decrement(k, machine.swapCount(slot), "swap_free: unused swap offset entry");
}

/**
 * free_swap_and_cache(): counts one entry less. After the last entry the cached page is freed too, if it is not mapped
 * and not locked; a large folio after the last entry for either of its slots.
 */
export function freeSwapAndCache(k: Recorder, context: Context, slot: Expr): void {
  const { machine } = context;
  swapFree(k, machine, slot);
  const cached = machine.swapCache(slot);
  const page = subtract(cached, 1);
  const unused = and(gt(cached, 0), eq(machine.swapCount(slot), 0));
  const unmapped = not(isMapped(machine, page));
  const mayFree = cachesFolios(machine) ? and(unmapped, not(isSwapped(machine, page))) : unmapped;
  const forgetOther = () => {
    if (!cachesFolios(machine)) return;
    for (const each of slotsOf(machine))
      k.if(and(ne(slot, each), isCachedForFolio(machine, each, page)), () => {
        decrement(k, machine.refcount(page), "put_page on a page without references");
        k.set(machine.swapCache(each), 0);
      });
  };
  k.if(unused, () =>
    k.if(and(mayFree, eq(machine.pageLock(page), 0)), () => {
      k.set(machine.pageDirty(page), true);
      markFolioNewer(k, machine, page, true);
      forgetOther();
      dropReference(k, context, page);
      k.set(cached, 0);
    }),
  );
}

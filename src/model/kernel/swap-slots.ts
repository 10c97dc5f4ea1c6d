/**
 * The slots of the swap device, and for which of them the swap cache has a page. A large folio has two adjacent slots,
 * one for each of its pages. The first one is even.
 */
import {
  add,
  and,
  bitAnd,
  constant,
  type Expr,
  eq,
  gt,
  isConstant,
  narrowed,
  or,
  select,
  subtract,
} from "../../ir/expression.ts";
import { hasLargeFolios, type Machine } from "../machine/machine.ts";

export function slotsOf(machine: Machine): readonly number[] {
  return Array.from({ length: machine.swapSlots }, (_, slot) => slot);
}

/** Whether a large folio can be in the swap cache. */
export function cachesFolios(machine: Machine): boolean {
  return hasLargeFolios(machine) && machine.swapSlots > 1 && machine.has("reclaim-swaps-out-folios");
}

export const isCachedFor = (machine: Machine, slot: number, page: Expr): Expr =>
  eq(machine.swapCache(slot), add(page, 1));

/** Whether the swap cache has a page of the page's folio for a slot. */
export function isCachedForFolio(machine: Machine, slot: number, page: Expr): Expr {
  if (!cachesFolios(machine)) return isCachedFor(machine, slot, page);
  const [cached, first] = [machine.swapCache(slot), add(machine.head(page), 1)];
  return or(eq(cached, first), and(machine.largeFolio(page), eq(cached, add(first, 1))));
}

/** folio_test_swapcache() */
export function inSwapCache(machine: Machine, page: Expr): Expr {
  return or(...slotsOf(machine).map((slot) => isCachedFor(machine, slot, page)));
}

/**
 * page_swapped(), later folio_swapped(): whether any entry stands for a slot of the folio, which is in the swap cache.
 */
export function isSwapped(machine: Machine, page: Expr): Expr {
  return or(
    ...slotsOf(machine).map((slot) => and(isCachedForFolio(machine, slot, page), gt(machine.swapCount(slot), 0))),
  );
}

/** The slot of the other page of a large folio. */
export function otherSlot(slot: Expr): Expr {
  const odd = bitAnd(slot, 1);
  return narrowed(subtract(add(slot, 1), add(odd, odd)), slot.type);
}

/** folio_nr_pages() of a folio that may be in the swap cache: its references from there, if it is. */
export function nrPages(machine: Machine, page: Expr): Expr {
  const large = machine.largeFolio(page);
  return isConstant(large) || !cachesFolios(machine) ? constant(1) : select(large, constant(2), constant(1));
}

/** How many references the swap cache has to the folio. */
export function cacheReferences(machine: Machine, page: Expr): Expr {
  const cached = inSwapCache(machine, page);
  return cachesFolios(machine) ? select(cached, nrPages(machine, page), constant(0)) : cached;
}

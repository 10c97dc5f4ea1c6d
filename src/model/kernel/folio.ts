/** Large folios: parts of steps. */
import { add, and, type Expr, eq, isConstant, narrowed, not, select, subtract } from "../../ir/expression.ts";
import { at } from "../../ir/lookup.ts";
import type { Recorder } from "../../ir/recorder.ts";
import { type Context, ownerValue } from "../machine/context.ts";
import { isFree, setLazyfree, setPartlyMapped, takeInHand } from "./page.ts";
import { cachesFolios, inSwapCache } from "./swap-slots.ts";

/** Allocates any free folio, with one reference held by the actor. Which pair of pages makes it up is a choice. */
export function allocateFolio(k: Recorder, context: Context, into: Expr, none: () => void): void {
  const { machine } = context;
  const ordinary = machine.scenario.system.pages;
  // Pages of the page cache stay single pages, even after they were freed.
  const heads = machine.pages.flatMap((_, page) => (page % 2 === 0 && page + 1 < ordinary ? [page] : []));
  const free = (page: number) => and(isFree(machine, page), isFree(machine, page + 1));
  const take = (page: number) => () => {
    k.await(free(page));
    k.set(machine.largeFolio(page), true);
    k.set(machine.largeFolio(page + 1), true);
    k.set(machine.refcount(page), 1);
    k.set(into, page);
    k.outcome("allocates the folio of", into, "and the next page");
    takeInHand(k, context, into);
  };
  k.choose({
    ...Object.fromEntries(heads.map((page) => [at(machine.pages, page), take(page)])),
    "no folio is free": () => {
      if (machine.scenario.system.memory === "enough") k.await(and(...heads.map((page) => not(free(page)))));
      none();
    },
  });
}

/** The page after another. The two pages of a folio have adjacent numbers, so the result is in range if it is used. */
export function nextPage({ types }: Context["machine"], page: Expr): Expr {
  return narrowed(add(page, 1), types.page);
}

/** The other page of a large folio. */
export function otherPage(machine: Context["machine"], page: Expr): Expr {
  const before = narrowed(subtract(page, 1), machine.types.page);
  return select(eq(machine.head(page), page), nextPage(machine, page), before);
}

/**
 * __split_huge_page(): two single pages take the place of the folio of `head`, to which only the actor and the swap
 * cache refer and which the actor has locked. The second page gets the flags of the folio, the lock too, and references
 * of its own. In the swap cache each page keeps its slot.
 */
export function breakUp(k: Recorder, context: Context, head: Expr): void {
  const { machine } = context;
  const tail = nextPage(machine, head);
  setPartlyMapped(k, machine, head, false);
  for (const page of [head, tail]) k.set(machine.largeFolio(page), false);
  k.set(machine.refcount(tail), 1);
  if (cachesFolios(machine))
    k.if(inSwapCache(machine, tail), () => {
      k.set(machine.refcount(head), subtract(machine.refcount(head), 1));
      k.set(machine.refcount(tail), 2);
    });
  takeInHand(k, context, tail);
  k.set(machine.pageLock(tail), ownerValue(context));
  k.set(machine.pageDirty(tail), machine.pageDirty(head));
  setLazyfree(k, machine, tail, machine.lazyfree(head));
  for (const flag of [machine.pageMlocked, machine.isolated])
    if (!isConstant(flag(tail))) k.set(flag(tail), flag(head));
}

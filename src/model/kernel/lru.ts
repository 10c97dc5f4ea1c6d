/** The lists of pages to reclaim (mm/vmscan.c, mm/swap.c). */
import { and, type Expr, field, gt, isConstant, not, or, subtract } from "../../ir/expression.ts";
import type { Recorder } from "../../ir/recorder.ts";
import type { Context } from "../machine/context.ts";
import type { Machine } from "../machine/machine.ts";
import { getPage, putPage, setLazyfree } from "./page.ts";
import { isExclusive, isPresent, isSwap, isZeroPage, pfn } from "./page-table.ts";
import { inSwapCache } from "./swap-slots.ts";

/**
 * isolate_lru_page(), part of a step: the first thing that code does which moves or reclaims a page. Takes the page
 * that is mapped at the address, or that the swap cache has for it, off its list with a reference, and puts its number
 * into `page`. `found` says whether there was such a page. The list knows nothing of page tables, and no page-table
 * lock is taken: the address only says which page is meant. So the page of an exclusive entry is found as well.
 */
export function isolateLruPage(
  k: Recorder,
  context: Context,
  { va, page, found }: { readonly va: number; readonly page: Expr; readonly found: Expr },
): void {
  const { machine } = context;
  const pte = machine.pte(context.mm, va);
  const anonymous = and(isPresent(pte), not(isZeroPage(machine, pte)), machine.pageAnon(pfn(pte)));
  k.set(found, false);
  k.if(or(isExclusive(pte), anonymous), () => {
    k.set(page, pfn(pte));
    k.set(found, and(not(machine.isolated(page)), gt(machine.refcount(page), 0)));
  });
  if (machine.swapSlots > 0) {
    const cached = machine.swapCache(field(pte, "slot"));
    k.if(and(isSwap(pte), gt(cached, 0)), () => {
      k.set(page, subtract(cached, 1));
      k.set(found, not(machine.isolated(page)));
    });
  }
  // KSM keeps a reverse map of its own for a merged page. It is not modelled.
  if (machine.uses("ksm_merge")) k.set(found, and(found, not(machine.merged(page))));
  k.if(not(found), () => k.outcome("finds no page on an LRU list: gives up"));
  k.if(found, () => {
    k.outcome("takes the page off its LRU list, with a reference");
    setIsolated(k, machine, page, true);
    getPage(k, context, page);
  });
}

/** Takes a page off its list, or says that it is back. A scenario in which nothing else asks has no lists. */
export function setIsolated(k: Recorder, { isolated }: Machine, page: Expr, value: boolean): void {
  if (!isConstant(isolated(page))) k.set(isolated(page), value);
}

/** putback_lru_page(), and its equivalent for a page that is no longer mapped: drops the reference. */
export function putbackLruPage(k: Recorder, context: Context, page: Expr): void {
  setIsolated(k, context.machine, page, false);
  putPage(k, context, page);
}

/** mark_page_lazyfree(), later folio_mark_lazyfree(): part of a step. */
export function markPageLazyfree(k: Recorder, { machine }: Context, page: Expr): void {
  // PageUnevictable(): the page is on no list of pages to reclaim, because another process has locked it.
  const [isolated, locked, cached] = [machine.isolated(page), machine.pageMlocked(page), inSwapCache(machine, page)];
  const may = not(or(isolated, locked, cached));
  k.if(may, () => k.outcome("marks", page, "as lazyfree"));
  k.if(isolated, () => k.outcome("finds", page, "off its list: does not mark it"));
  k.if(and(not(isolated), locked), () => k.outcome("finds", page, "locked into memory: does not mark it"));
  k.if(and(not(or(isolated, locked)), cached), () => k.outcome("finds", page, "in the swap cache: does not mark it"));
  k.if(may, () => setLazyfree(k, machine, page, true));
}

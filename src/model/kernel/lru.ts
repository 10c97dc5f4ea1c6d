/** Taking a page off its LRU list, as whoever wants to move or reclaim it does first (mm/vmscan.c). */
import { and, type Expr, field, gt, not, or, subtract } from "../../ir/expression.ts";
import type { Recorder } from "../../ir/recorder.ts";
import type { Context } from "../context.ts";
import { getPage, putPage } from "./page.ts";
import { isExclusive, isPresent, isSwap, isZeroPage, pfn } from "./page-table.ts";

/**
 * isolate_lru_page(), part of a step: the page that is mapped at the address, or in the swap cache for it, goes into `page`, off the list and with a
 * reference; `found` says whether there was one. The list knows nothing of page tables, and no lock of theirs is taken:
 * the address only says which page is meant, and an exclusive entry's page is found as well.
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
  // The reverse map of a merged page is KSM's own, which is not modelled.
  if (machine.uses("ksm_merge")) k.set(found, and(found, not(machine.merged(page))));
  k.if(found, () => {
    k.set(machine.isolated(page), true);
    getPage(k, context, page);
  });
}

/** putback_lru_page(), and what comes to the same for a page that nobody maps any more: drops the reference. */
export function putbackLruPage(k: Recorder, context: Context, page: Expr): void {
  k.set(context.machine.isolated(page), false);
  putPage(k, context, page);
}

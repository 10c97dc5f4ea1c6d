/** Write faults on present entries that are not writable, and faults that unshare such a page (mm/memory.c). */
import { and, type Expr, eq, field, gt, isConstant, makeWord, ne, not, or, withFields } from "../../ir/expression.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { enumeration } from "../../ir/types.ts";
import type { Context } from "../machine/context.ts";
import { type Machine, vmaAt } from "../machine/machine.ts";
import { isAsync } from "../machine/userfaultfd.ts";
import { beginCopy, endCopy } from "./copies.ts";
import { type FaultLock, isUnderVmaLock, prepareAnonVma } from "./fault-lock.ts";
import { markMlocked, unmarkMlocked } from "./mlocked.ts";
import { setNewPageFlags } from "./new-page.ts";
import { invalidateRangeEnd, invalidateRangeStart } from "./notifier.ts";
import {
  addNewAnonRmap,
  allocatePage,
  getPage,
  letGo,
  putPage,
  removeMapping,
  setAnonExclusive,
  takeInHand,
} from "./page.ts";
import {
  awaitPtl,
  holdPtl,
  isZeroPage,
  maybeMkwrite,
  none,
  pfn,
  releasePtl,
  sayChanged,
  userfaultfdPteWp,
} from "./page-table.ts";
import { folioMapcount, mappingsIn } from "./reverse-map.ts";
import { addToRss, takeFromRss } from "./rss.ts";
import { freeSwapCache, mayFreeSwap, tryToFreeSwap } from "./swap-cache.ts";
import { cachesFolios, isSwapped } from "./swap-slots.ts";
import { flushTlb, isFlushPending } from "./tlb.ts";
import { disarm } from "./tracking.ts";

const file = "mm/memory.c";

/**
 * How a fault ends: the access is tried again; the fault's lock is dropped and the fault starts over; or a signal.
 * `major`: a retry of a fault under the lock of its VMA that has read the page from swap.
 */
export const faultResult = enumeration("FaultResult", ["done", "retry", "signal", "major"]);

export interface WriteFault extends FaultLock {
  readonly context: Context;
  /** The entry as the fault read it: present and not writable. */
  readonly orig: Expr;
  /** FAULT_FLAG_UNSHARE: nothing will be written, so the entry stays read-only. */
  readonly unshare: boolean;
}

/** `unmarked`: the page is to be copied, and the fault has removed userfaultfd's mark from the entry. */
const wpOutcome = enumeration("WpOutcome", ["settled", "copy", "userfault", "unmarked"]);

/**
 * do_wp_page(): reuses a page that belongs to this mapping alone, or copies the page, or asks for handle_userfault. With
 * WP_ASYNC it first removes the mark, by which userspace sees the write.
 */
export const doWpPage = procedure<WriteFault & { readonly byGup: boolean }>(
  "do_wp_page",
  { file, returns: wpOutcome },
  (k, { context, va, orig, byGup, unshare }) => {
    const { machine, mm } = context;
    const pte = machine.pte(mm, va);
    const page = pfn(orig);
    const zero = isZeroPage(machine, orig);
    const outcome = k.register("outcome", wpOutcome);
    const freesSwap = machine.swapSlots > 0 && (machine.has("anon-exclusive") || !machine.has("cow-counts-references"));
    k.step(
      "under the PTL",
      "if the entry is unchanged: reuses the page, or takes a reference in order to copy it",
      () => {
        awaitPtl(k, context, mm);
        k.set(outcome, "settled");
        k.if(ne(pte, orig), () => sayChanged(k, pte));
        k.if(eq(pte, orig), () => {
          const protects = unshare ? false : userfaultfdPteWp(machine, mm, vmaAt(machine, va), orig);
          const ends = isAsync(machine, vmaAt(machine, va));
          if (ends)
            k.if(protects, () => {
              k.outcome("removes the mark of userfaultfd from the entry");
              k.set(pte, withFields(orig, { uffd_wp: false }));
              disarm(k, machine, mm, va);
            });
          k.if(
            ends ? false : protects,
            () => {
              k.outcome("finds the entry write-protected by userfaultfd");
              k.set(outcome, "userfault");
              const userfaultAt = machine.userfaultAt(context.actor);
              if (!byGup && !isConstant(userfaultAt)) k.set(userfaultAt, va + 1);
            },
            () => {
              // The PTL is held, so the copy contains everything that a CPU writes before this.
              if (machine.has("wp-fault-flushes-pending") && !unshare)
                k.if(and(machine.userfaultfd(mm, vmaAt(machine, va)), isFlushPending(machine, mm)), () => {
                  k.outcome("flushes the CPUs' TLBs, because a flush is pending");
                  flushTlb(k, machine, mm, va, 1);
                });
              if (cachesFolios(machine)) k.if(not(zero), () => freeSwapOfFolio(k, context, va, page));
              k.if(
                and(not(zero), mayReuse(context, va, page)),
                () => {
                  k.outcome("reuses", page, unshare ? "and leaves the entry as it is" : "and makes the entry writable");
                  if (freesSwap) k.if(not(machine.anonExclusive(page)), () => tryToFreeSwap(k, context, page));
                  if (machine.has("reuse-moves-anon-vma") && machine.mms.length > 1)
                    k.if(not(or(machine.anonExclusive(page), machine.largeFolio(page))), () =>
                      k.set(machine.anonVmaOf(page), mm),
                    );
                  setAnonExclusive(k, machine, page, true);
                  const write = maybeMkwrite(machine, mm, vmaAt(machine, va));
                  if (!unshare)
                    k.set(pte, withFields(ends ? pte : orig, { young: true, dirty: true, soft_dirty: true, write }));
                },
                () => {
                  k.if(zero, () => k.outcome("finds the zero page: has to allocate a page"));
                  k.if(not(zero), () => {
                    k.outcome("takes a reference to", page, "in order to copy it");
                    getPage(k, context, page);
                  });
                  k.set(outcome, "copy");
                  if (ends) k.if(protects, () => k.set(outcome, "unmarked"));
                },
              );
            },
          );
        });
      },
    );
    k.return(outcome);
  },
);

/**
 * Whether a write may reuse the page. Since v5.19: if the page is known to belong to this mapping alone, or only this
 * mapping refers to it. Before v5.19: if this mapping is the page's only reference and its only mapping. To count
 * references, the fault tries the page lock, which has to be free.
 */
function mayReuse({ machine, mm }: Context, va: number, page: Expr): Expr {
  const merged = machine.uses("ksm_merge") ? machine.merged(page) : false;
  const alone = machine.has("cow-counts-references") ? isOnlyReference(machine, page) : isOnlyMapping(machine, page);
  const small = and(not(merged), alone, eq(machine.pageLock(page), 0));
  const unreferenced = and(machine.pageAnon(page), ofFolio(machine, mm, va, page, small));
  if (!machine.has("anon-exclusive")) return unreferenced;
  return and(machine.pageAnon(page), or(machine.anonExclusive(page), unreferenced));
}

/**
 * __wp_can_reuse_large_anon_folio(): more than one page of the folio is mapped, only by this address space, and nothing
 * else refers to the folio. No lock is needed. `small`: the rule for other pages, and without the feature for all.
 */
function ofFolio(machine: Machine, mm: number, va: number, page: Expr, small: Expr): Expr {
  const large = machine.largeFolio(page);
  if (machine.has("write-copies-large-folio")) return and(not(large), small);
  if (!machine.has("reuse-large-folio")) return small;
  const own = mappingsIn(machine, { mm, vma: vmaAt(machine, va), va, page });
  const mapcount = folioMapcount(machine, page);
  const onlyUser = and(gt(mapcount, 1), eq(mapcount, own), eq(mapcount, machine.refcount(page)));
  return or(and(large, onlyUser), and(not(large), small));
}

/**
 * Part of __wp_can_reuse_large_anon_folio(): takes a folio that is mapped by this address space alone out of the swap
 * cache, if its lock is free and no entry stands for a slot, whether or not the folio is then reused.
 */
function freeSwapOfFolio(k: Recorder, context: Context, va: number, page: Expr): void {
  const { machine, mm } = context;
  if (!machine.has("reuse-large-folio")) return;
  const own = mappingsIn(machine, { mm, vma: vmaAt(machine, va), va, page });
  const mapcount = folioMapcount(machine, page);
  const asks = and(machine.largeFolio(page), not(machine.anonExclusive(page)), gt(mapcount, 1), eq(mapcount, own));
  k.if(and(asks, eq(machine.pageLock(page), 0)), () => tryToFreeSwap(k, context, page));
}

function isOnlyReference(machine: Machine, page: Expr): Expr {
  const alone = eq(machine.refcount(page), 1);
  if (!machine.has("anon-exclusive")) return and(alone, eq(machine.mapcount(page), 1));
  // Since v5.18 the swap cache's reference does not count if it can be dropped (folio_free_swap).
  return or(alone, and(mayFreeSwap(machine, page), eq(machine.refcount(page), 2)));
}

/** reuse_swap_page(), which do_wp_page() called before v5.9: swap entries count as mappings, other references do not. */
function isOnlyMapping(machine: Machine, page: Expr): Expr {
  return and(eq(machine.mapcount(page), 1), not(isSwapped(machine, page)));
}

/** wp_page_copy() */
export const wpPageCopy = procedure<WriteFault>("wp_page_copy", { file, returns: faultResult }, (k, fault) => {
  const { context, va, orig, unshare } = fault;
  const { machine, mm } = context;
  const pte = machine.pte(mm, va);
  const old = pfn(orig);
  const zero = isZeroPage(machine, orig);
  const copy = k.register("new_page", machine.types.page);
  const same = k.register("same", enumeration("PteSame", ["changed", "same"]));
  const mayHaveToRetry = !isConstant(isUnderVmaLock(fault));
  const outcomes = ["done", "failed", ...(mayHaveToRetry ? ["retry"] : [])];
  const failed = k.register("failed", enumeration("Allocation", outcomes));
  const dropOld = (label: string, copied = false) =>
    k.if(not(zero), () =>
      k.step(label, "drops the reference that the fault took", () => {
        if (copied) k.if(eq(same, "same"), () => freeSwapCache(k, context, old));
        putPage(k, context, old);
      }),
    );

  k.step("alloc_page", "allocates the copy and fills it", () => {
    k.set(failed, "done");
    prepareAnonVma(k, context, fault, {
      retry: () => k.set(failed, "retry"),
      ready: () => {
        // The copy is made in the same step as the allocation. Making it later would only include writes that come in
        // between, and the result would be the same as if they came before this step.
        k.if(not(zero), () => beginCopy(k, context, old));
        allocatePage(k, context, copy, () => {
          k.set(failed, "failed");
          endCopy(k, context);
        });
      },
    });
  });
  if (mayHaveToRetry)
    k.if(eq(failed, "retry"), () => {
      dropOld("put_page(old) before retry");
      k.return("retry");
    });
  k.if(eq(failed, "failed"), () => {
    dropOld("put_page(old) without memory");
    k.return("signal");
  });
  k.call(setNewPageFlags, { context, page: copy });
  k.call(invalidateRangeStart, { context, event: "CLEAR", mm, first: va, count: 1 });
  k.step("ptep_clear", "takes the PTL and, if the entry is unchanged, clears it", () => {
    awaitPtl(k, context, mm);
    k.set(same, "changed");
    k.if(ne(pte, orig), () => sayChanged(k, pte));
    k.if(eq(pte, orig), () => {
      k.outcome("takes the PTL and clears the entry", pte);
      k.set(same, "same");
      holdPtl(k, context, mm);
      k.set(pte, none(machine));
      // Until the new entry is written, the actor holds the mapping's reference to the old page.
      k.if(not(zero), () => takeInHand(k, context, old));
    });
  });
  k.if(
    eq(same, "same"),
    () => {
      k.step("ptep_flush", "flushes the old translation from the CPUs' TLBs", () => flushTlb(k, machine, mm, va, 1));
      k.step("set_pte", "maps the copy, unmaps the old page, drops the PTL", () => {
        const fresh = { kind: "present", pfn: copy, young: true } as const;
        const bits = unshare
          ? { soft_dirty: field(orig, "soft_dirty"), uffd_wp: field(orig, "uffd_wp") }
          : { write: maybeMkwrite(machine, mm, vmaAt(machine, va)), dirty: true, soft_dirty: true };
        k.set(pte, makeWord(machine.types.pte, { ...fresh, ...bits }));
        addNewAnonRmap(k, context, copy, va);
        markMlocked(k, machine, { mm, vma: vmaAt(machine, va), page: copy });
        letGo(k, context, copy);
        k.if(
          zero,
          () => addToRss(k, machine.rssAnon(mm)),
          () => {
            if (machine.watchesCopies)
              k.emit("page_replaced", { page: old, outdated: machine.copyOutdated(context.actor) });
            removeMapping(k, machine, old);
            unmarkMlocked(k, machine, { mm, va, page: old });
            k.if(not(machine.pageAnon(old)), () => {
              takeFromRss(k, machine.rssFile(mm));
              addToRss(k, machine.rssAnon(mm));
            });
            // This is the mapping's reference. The fault's own reference keeps the page from being freed here.
            putPage(k, context, old);
          },
        );
        endCopy(k, context);
        releasePtl(k, context, mm);
      });
    },
    () =>
      k.step("put_page(new)", "gives the unused copy back", () => {
        endCopy(k, context);
        putPage(k, context, copy);
      }),
  );
  k.call(invalidateRangeEnd, { context, mm });
  dropOld("put_page(old)", machine.swapSlots > 0);
  k.return("done");
});

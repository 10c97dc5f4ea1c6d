/** A fault on a swapped-out page (mm/memory.c do_swap_page, mm/swap_state.c). */
import {
  add,
  and,
  constant,
  type Expr,
  eq,
  field,
  gt,
  isConstant,
  ne,
  not,
  select,
  subtract,
} from "../../ir/expression.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool, enumeration } from "../../ir/types.ts";
import { faultResult } from "./cow.ts";
import { isUnderVmaLock } from "./fault-lock.ts";
import { lockPageOrRetry } from "./lock-page-or-retry.ts";
import { allocatePage, getPage, putPage, takePageLock, unlockPage } from "./page.ts";
import { awaitPtl, holdPtl, releasePtl, sayChanged } from "./page-table.ts";
import { addToSwapCache, tryToFreeSwap } from "./swap-cache.ts";
import { freesSlotLast, giveUpSlot, mapPage, mapsFolio, type SwapFault } from "./swap-in-map.ts";
import { decideToSkip, dropClaim, endUncachedRead, readPastSwapCache, skipsSwapCache } from "./swap-in-uncached.ts";
import { markNewer } from "./tracking.ts";

const file = "mm/memory.c";

/**
 * do_swap_page() for an entry of the swap device: maps the page from the swap cache, after reading it in if necessary.
 */
export const doSwapPage = procedure<SwapFault>("do_swap_page", { file, returns: faultResult }, (k, fault) => {
  const { context, mayRetry, killable, orig } = fault;
  const { machine } = context;
  const slot = field(orig, "slot");
  const page = k.register("page", machine.types.page);
  const go = k.register("go", bool);
  const skips = skipsSwapCache(machine) ? k.register("skips_cache", bool) : constant(0, bool);
  if (!isConstant(skips)) k.set(skips, false);
  // VM_FAULT_MAJOR: if this fault has read the page itself, its next try counts as the second one.
  const under = isUnderVmaLock(fault);
  const major = isConstant(under) ? under : k.register("major", bool);
  const reads = (value: boolean) => {
    if (!isConstant(major)) k.set(major, value);
  };
  reads(false);
  // Leaves the loop without a page.
  const noMemory = () => k.break();
  k.loop(() => {
    k.step("lookup_swap_cache", "takes a reference to the page in the swap cache, if there is one", () => {
      const cached = machine.swapCache(slot);
      k.set(page, machine.noPage);
      k.if(
        gt(cached, 0),
        () => {
          k.set(page, subtract(cached, 1));
          k.outcome("takes a reference to", page, "in the swap cache");
          getPage(k, context, page);
        },
        () => k.outcome("finds no page in the swap cache"),
      );
    });
    k.if(ne(page, machine.noPage), () => k.break());
    decideToSkip(k, fault, skips);
    k.if(skips, () => {
      readPastSwapCache(k, fault, page, { noMemory, taken: () => k.return("done") });
      reads(true);
      k.break();
    });
    readSwapCacheAsync(k, fault, page, {
      noMemory,
      gone: () => k.return("done"),
      exists: () => k.continue(),
    });
    reads(true);
    k.break();
  });
  k.if(eq(page, machine.noPage), () => {
    k.step("back out", "without memory, under the PTL: fails if the entry is unchanged", () => {
      awaitPtl(k, context, context.mm);
      const pte = machine.pte(context.mm, fault.va);
      k.set(go, eq(pte, orig));
      k.if(
        go,
        () => k.outcome("finds the entry unchanged: there is no memory"),
        () => sayChanged(k, pte),
      );
    });
    k.if(go, () => k.return("signal"));
    k.return("done");
  });
  lockPageOrRetry(k, { ...fault, page, mayRetry, reference: true, killable }, (when) => {
    dropClaim(k, fault, skips, ` ${when}`);
    k.if(and(under, major), () => k.return("major"));
    k.return("retry");
  });
  const rechecks = machine.has("swap-in-rechecks-cache") ? not(skips) : constant(0, bool);
  k.if(rechecks, () => {
    k.step("PageSwapCache", "checks whether the page still belongs to the slot", () => {
      k.set(go, eq(machine.swapCache(slot), add(page, 1)));
      k.if(
        go,
        () => k.outcome("sees that", page, "still belongs to the slot"),
        () => k.outcome("sees that", page, "no longer belongs to the slot: gives up"),
      );
    });
    k.if(not(go), () => {
      k.step("unlock_page after a look", "unlocks the page", () => {
        if (freesSlotLast(machine)) tryToFreeSwap(k, context, page);
        unlockPage(k, context, page);
      });
      k.step("put_page after a look", "drops the reference; the fault is tried again", () => putPage(k, context, page));
      k.return("done");
    });
  });
  const maps = mapsFolio(fault, page);
  const whole = isConstant(maps) ? maps : k.register("whole", bool);
  k.step("set_pte", "under the PTL: if the entry is unchanged, maps the page and gives up the slot", () => {
    awaitPtl(k, context, context.mm);
    const same = eq(machine.pte(context.mm, fault.va), orig);
    k.set(go, machine.has("swap-in-rechecks-entry") ? same : true);
    k.if(not(go), () => sayChanged(k, machine.pte(context.mm, fault.va)));
    k.if(go, () => {
      k.outcome("maps", page, "in place of the entry", machine.pte(context.mm, fault.va));
      if (!isConstant(whole)) {
        k.set(whole, maps);
        k.if(whole, () => k.outcome("maps the other page of its folio too"));
      }
      mapPage(k, fault, { page, skips, whole });
      // The page lock is dropped first: without the PTL, the mapping and then the page could disappear before that.
      if (machine.has("swap-in-unlocks-under-ptl")) holdPtl(k, context, context.mm);
    });
  });
  k.step("unlock_page", "unlocks the page, then the PTL", () => {
    // Both locks are still held. A fault that maps nothing tries to free the slot too.
    if (freesSlotLast(machine))
      k.if(
        go,
        () =>
          giveUpSlot(k, fault, {
            page,
            notWritable: not(field(machine.pte(context.mm, fault.va), "write")),
            own: isConstant(whole) ? constant(1) : select(whole, constant(2), constant(1)),
          }),
        () => tryToFreeSwap(k, context, page),
      );
    unlockPage(k, context, page);
    endUncachedRead(k, context);
    if (machine.has("swap-in-unlocks-under-ptl")) k.if(go, () => releasePtl(k, context, context.mm));
  });
  k.if(not(go), () =>
    k.step("put_page", "drops the reference; another actor was faster", () => putPage(k, context, page)),
  );
  dropClaim(k, fault, skips);
  k.return("done");
});

/**
 * __read_swap_cache_async() and swap_readpage(): a new page with a reference, read from the slot; `page` is no page at
 * first. It leaves by one of the three callbacks if no page is free, if the slot is free, or if the cache has a page by
 * now.
 */
function readSwapCacheAsync(
  k: Recorder,
  { context, orig }: SwapFault,
  page: Expr,
  leave: { readonly noMemory: () => void; readonly gone: () => void; readonly exists: () => void },
): void {
  const { machine } = context;
  const slot = field(orig, "slot");
  const prepared = k.register("swapcache_prepare", enumeration("SwapcachePrepare", ["gone", "exists", "added"]));
  k.step("alloc_page_vma", "allocates a page", () => allocatePage(k, context, page, () => {}));
  k.if(eq(page, machine.noPage), leave.noMemory);
  k.step(
    "swapcache_prepare",
    "puts the page, locked, into the swap cache, if the slot is in use and has no page there",
    () => {
      k.await(not(machine.slotClaimed(slot)));
      k.set(prepared, "exists");
      k.if(ne(machine.swapCache(slot), 0), () => k.outcome("finds another page in the swap cache: looks again"));
      k.if(eq(machine.swapCache(slot), 0), () =>
        k.if(
          eq(machine.swapCount(slot), 0),
          () => {
            k.outcome("finds the slot free: gives up");
            k.set(prepared, "gone");
          },
          () => {
            k.outcome("puts", page, "into the swap cache");
            k.set(prepared, "added");
            // __folio_set_locked(): no other actor should know a new page, so its lock bit is set without a test.
            if (!machine.has("swap-in-sets-lock-blindly")) k.await(eq(machine.pageLock(page), 0));
            takePageLock(k, context, page);
            addToSwapCache(k, context, page, slot);
          },
        ),
      );
    },
  );
  k.if(ne(prepared, "added"), () => {
    k.step("put_page of an unused page", "gives the page back", () => putPage(k, context, page));
    k.if(eq(prepared, "gone"), leave.gone);
    leave.exists();
  });
  k.step("swap_readpage", "reads the page from the slot", () => markNewer(k, machine, page, false));
  k.step("unlock_page after reading", "unlocks the page", () => unlockPage(k, context, page));
}

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
  makeWord,
  ne,
  not,
  or,
  subtract,
} from "../../ir/expression.ts";
import { procedure, type Recorder } from "../../ir/recorder.ts";
import { bool, enumeration } from "../../ir/types.ts";
import type { Context } from "../machine/context.ts";
import { vmaAt } from "../machine/machine.ts";
import { faultResult } from "./cow.ts";
import { type FaultLock, isUnderVmaLock } from "./fault-lock.ts";
import { lockPageOrRetry } from "./lock-page-or-retry.ts";
import { markMlocked } from "./mlocked.ts";
import {
  addMapping,
  allocatePage,
  getPage,
  letGo,
  putPage,
  setAnonExclusive,
  takePageLock,
  unlockPage,
} from "./page.ts";
import { awaitPtl, holdPtl, releasePtl, sayChanged, userfaultfdPteWp } from "./page-table.ts";
import { setToOldest } from "./reverse-map.ts";
import { addToRss, takeFromRss } from "./rss.ts";
import { addToSwapCache, swapFree, tryToFreeSwap } from "./swap-cache.ts";
import {
  decideToSkip,
  dropClaim,
  emitUncached,
  endUncachedRead,
  readPastSwapCache,
  skipsSwapCache,
} from "./swap-in-uncached.ts";
import { markNewer } from "./tracking.ts";

const file = "mm/memory.c";

export interface SwapFault extends FaultLock {
  readonly context: Context;
  readonly write: boolean;
  /** The entry as the fault read it. */
  readonly orig: Expr;
  readonly mayRetry: Expr;
  readonly killable: boolean;
}

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
      readPastSwapCache(k, fault, page, { noMemory: () => k.return("signal"), taken: () => k.return("done") });
      reads(true);
      k.break();
    });
    readSwapCacheAsync(k, fault, page, {
      noMemory: () => k.return("signal"),
      gone: () => k.return("done"),
      exists: () => k.continue(),
    });
    reads(true);
    k.break();
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
      k.step("unlock_page after a look", "unlocks the page", () => unlockPage(k, context, page));
      k.step("put_page after a look", "drops the reference; the fault is tried again", () => putPage(k, context, page));
      k.return("done");
    });
  });
  k.step("set_pte", "under the PTL: if the entry is unchanged, maps the page and gives up the slot", () => {
    awaitPtl(k, context, context.mm);
    const same = eq(machine.pte(context.mm, fault.va), orig);
    k.set(go, machine.has("swap-in-rechecks-entry") ? same : true);
    k.if(not(go), () => sayChanged(k, machine.pte(context.mm, fault.va)));
    k.if(go, () => {
      k.outcome("maps", page, "in place of the entry", machine.pte(context.mm, fault.va));
      mapPage(k, fault, { page, skips });
      // The page lock is dropped first: without the PTL, the mapping and then the page could disappear before that.
      if (machine.has("swap-in-unlocks-under-ptl")) holdPtl(k, context, context.mm);
    });
  });
  k.step("unlock_page", "unlocks the page, then the PTL", () => {
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
 * __read_swap_cache_async() and swap_readpage(): a new page with a reference, read from the slot. It leaves by one of
 * the three callbacks if no page is free, if the slot is free, or if the cache has a page by now.
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
  k.step("alloc_page_vma", "allocates a page", () => allocatePage(k, context, page, leave.noMemory));
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

/**
 * Part of the step: the fault's reference becomes the mapping's reference. It is a choice whether swap is so full that
 * a slot is given up whenever possible (mem_cgroup_swap_full). The slot of a locked page is always given up, and since
 * v7.0 that of a synchronous device. `skips`: the page was read past the swap cache, so no other actor has it.
 */
function mapPage(
  k: Recorder,
  { context, va, write, orig }: SwapFault,
  { page, skips }: { readonly page: Expr; readonly skips: Expr },
): void {
  const { machine, mm } = context;
  const vma = vmaAt(machine, va);
  const [slot, uffdWp, softDirty] = [field(orig, "slot"), field(orig, "uffd_wp"), field(orig, "soft_dirty")];
  const alone = k.register("exclusive", bool);
  const { refcount, mapcount } = machine;
  const unmapped = eq(mapcount(page), 0);
  k.if(
    skips,
    () => emitUncached(k, { context, orig }, page),
    () => k.emit("page_swapped_in", { page, current: eq(machine.swapCache(slot), add(page, 1)) }),
  );
  if (machine.has("anon-exclusive")) {
    swapFree(k, machine, slot);
    const gives = or(machine.vmaLocked(mm, vma), machine.pageMlocked(page), write ? eq(refcount(page), 2) : false);
    const free = () => tryToFreeSwap(k, context, page);
    if (machine.synchronousSwap && !skipsSwapCache(machine)) free();
    else k.choose({ "swap has room": () => k.if(gives, free), "swap is full": free });
    k.set(alone, or(skips, field(orig, "anon_exclusive"), eq(refcount(page), 1)));
    k.if(alone, () => setAnonExclusive(k, machine, page, true));
  } else {
    // reuse_swap_page(): only for a write, and before the entry's count is dropped.
    k.set(alone, write ? and(unmapped, or(skips, eq(machine.swapCount(slot), 1))) : false);
    swapFree(k, machine, slot);
    const free = () => tryToFreeSwap(k, context, page);
    k.if(or(alone, machine.vmaLocked(mm, vma), machine.pageMlocked(page)), free, () =>
      k.choose({ "swap has room": () => {}, "swap is full": free }),
    );
  }
  // Only the page has its content now. What others have is in the slot.
  k.if(skips, () => markNewer(k, machine, page, true));
  const fresh = not(machine.pageAnon(page));
  k.if(or(machine.has("swap-in-marks-locked"), not(fresh)), () => markMlocked(k, machine, { mm, vma, page }));
  k.if(fresh, () => {
    k.set(machine.pageAnon(page), true);
    // __page_set_anon_rmap(): a page that may be shared gets the oldest anon_vma that can have it.
    if (machine.mms.length > 1) {
      const { anonVmaOf } = machine;
      k.if(
        alone,
        () => k.set(anonVmaOf(page), mm),
        () => setToOldest(k, machine, { mm, vma }, anonVmaOf(page)),
      );
    }
  });
  const listened = and(
    not(userfaultfdPteWp(machine, mm, vma, orig)),
    or(not(machine.tracksSoftDirty(mm, vma)), softDirty),
  );
  const upgrades = machine.has("swap-in-maps-writable");
  const mayWrite = upgrades ? and(alone, machine.vmaWrite(mm, vma), listened) : and(alone, write);
  const dirty = write ? mayWrite : false;
  const fields = {
    kind: "present",
    pfn: page,
    write: upgrades ? mayWrite : and(mayWrite, not(uffdWp)),
    dirty,
    young: true,
    soft_dirty: or(softDirty, dirty),
    uffd_wp: uffdWp,
  } as const;
  k.set(machine.pte(mm, va), makeWord(machine.types.pte, fields));
  addMapping(k, machine, page);
  addToRss(k, machine.rssAnon(mm));
  takeFromRss(k, machine.rssSwap(mm));
  letGo(k, context, page);
}

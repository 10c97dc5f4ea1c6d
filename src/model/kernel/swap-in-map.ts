/** How a fault on a swapped-out page maps it and gives up its slot (mm/memory.c do_swap_page). */
import {
  add,
  and,
  constant,
  type Expr,
  eq,
  field,
  isConstant,
  makeWord,
  not,
  or,
  withFields,
} from "../../ir/expression.ts";
import type { Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import type { Context } from "../machine/context.ts";
import { type Machine, pairOf, vmaAt } from "../machine/machine.ts";
import type { FaultLock } from "./fault-lock.ts";
import { otherPage } from "./folio.ts";
import { markMlocked } from "./mlocked.ts";
import { addMapping, addReference, letGo, setAnonExclusive, setPageIndex } from "./page.ts";
import { userfaultfdPteWp } from "./page-table.ts";
import { setToOldest } from "./reverse-map.ts";
import { addToRss, takeFromRss } from "./rss.ts";
import { swapFree, tryToFreeSwap } from "./swap-cache.ts";
import { emitUncached, skipsSwapCache } from "./swap-in-uncached.ts";
import { cachesFolios, inSwapCache, nrPages, otherSlot } from "./swap-slots.ts";
import { markNewer } from "./tracking.ts";

export interface SwapFault extends FaultLock {
  readonly context: Context;
  readonly write: boolean;
  /** The entry as the fault read it. */
  readonly orig: Expr;
  readonly mayRetry: Expr;
  readonly killable: boolean;
}

/** Whether the slot is given up after the page is mapped, so that the swap cache's reference counts when it is. */
export function freesSlotLast(machine: Machine): boolean {
  return machine.has("anon-exclusive") && machine.has("swap-in-frees-slot-last");
}

/**
 * should_try_to_free_swap() and folio_free_swap(). It is a choice whether swap is so full that a slot is given up
 * whenever possible (mem_cgroup_swap_full). The slot of a locked page is always given up, and since v7.0 that of a
 * synchronous device. `notWritable`: a write still needs a writable entry; it is tried if only the swap cache and the
 * fault, or the mappings that it has made, refer to the page. `own` is how many references the fault or its mappings have.
 */
export function giveUpSlot(
  k: Recorder,
  { context, va, write }: SwapFault,
  { page, notWritable, own }: { readonly page: Expr; readonly notWritable: Expr; readonly own: Expr },
): void {
  const { machine, mm } = context;
  const free = () => tryToFreeSwap(k, context, page);
  if (machine.synchronousSwap && !skipsSwapCache(machine)) return free();
  const alone = write ? and(notWritable, eq(machine.refcount(page), add(nrPages(machine, page), own))) : false;
  const gives = or(machine.vmaLocked(mm, vmaAt(machine, va)), machine.pageMlocked(page), alone);
  k.choose({ "swap has room": () => k.if(gives, free), "swap is full": free });
}

/**
 * Part of the step: the fault's reference becomes the mapping's reference. `skips`: the page was read past the swap
 * cache, so no other actor has it.
 */
export function mapPage(
  k: Recorder,
  fault: SwapFault,
  { page, skips, whole }: { readonly page: Expr; readonly skips: Expr; readonly whole: Expr },
): void {
  const { context, va, write, orig } = fault;
  const { machine, mm } = context;
  const vma = vmaAt(machine, va);
  const other = { page: otherPage(machine, page), slot: otherSlot(field(orig, "slot")), va: neighbour(machine, va) };
  const ifWhole = (then: () => void) => {
    if (!isConstant(whole)) k.if(whole, then);
  };
  const [slot, uffdWp, softDirty] = [field(orig, "slot"), field(orig, "uffd_wp"), field(orig, "soft_dirty")];
  const alone = k.register("exclusive", bool);
  const { refcount, mapcount } = machine;
  const unmapped = eq(mapcount(page), 0);
  const othersCurrent = isConstant(whole) ? true : or(not(whole), isCurrent(machine, other));
  k.if(
    skips,
    () => emitUncached(k, { context, orig }, page),
    () => k.emit("page_swapped_in", { page, current: and(isCurrent(machine, { page, slot }), othersCurrent) }),
  );
  if (machine.has("anon-exclusive")) {
    swapFree(k, machine, slot);
    ifWhole(() => swapFree(k, machine, other.slot));
    if (!freesSlotLast(machine)) giveUpSlot(k, fault, { page, notWritable: constant(1, bool), own: constant(1) });
    k.set(alone, or(skips, field(orig, "anon_exclusive"), eq(refcount(page), 1)));
    k.if(alone, () => {
      setAnonExclusive(k, machine, page, true);
      ifWhole(() => setAnonExclusive(k, machine, other.page, true));
    });
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
  if (machine.movedBetween(va).length > 1)
    k.assert(or(fresh, eq(machine.pageIndex(page), va)), "__page_check_anon_rmap: the page belongs to another address");
  k.if(fresh, () => {
    k.set(machine.pageAnon(page), true);
    setPageIndex(k, machine, page, va);
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
  ifWhole(() => {
    // set_ptes(): the other entry gets the same bits.
    k.set(machine.pte(mm, other.va), makeWord(machine.types.pte, { ...fields, pfn: other.page }));
    addReference(k, machine, page);
    addMapping(k, machine, other.page);
    addToRss(k, machine.rssAnon(mm));
    takeFromRss(k, machine.rssSwap(mm));
  });
}

function isCurrent(machine: Machine, { page, slot }: { readonly page: Expr; readonly slot: Expr }): Expr {
  return eq(machine.swapCache(slot), add(page, 1));
}

/** The address of the other page of a large folio that is mapped at an address. */
function neighbour(machine: Machine, va: number): number {
  const { first, count } = pairOf({ vma: vmaAt(machine, va), va });
  return va === first ? first + count - 1 : first;
}

/**
 * swap_pte_batch(), under the page-table lock: both entries of a large folio in the swap cache are swap entries for its
 * slots, alike in all bits. `orig` is the entry at the address.
 */
export function mapsFolio({ context, va, orig }: SwapFault, page: Expr): Expr {
  const { machine, mm } = context;
  const { count } = pairOf({ vma: vmaAt(machine, va), va });
  if (count === 1 || !cachesFolios(machine) || !machine.has("swap-in-maps-folios")) return constant(0, bool);
  const next = machine.pte(mm, neighbour(machine, va));
  const alike = eq(next, withFields(orig, { slot: otherSlot(field(orig, "slot")) }));
  return and(machine.largeFolio(page), inSwapCache(machine, page), alike);
}

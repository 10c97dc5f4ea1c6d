/**
 * Page references, page locks and allocation. These are parts of steps, not whole steps: the caller decides what else
 * happens in the same step.
 */
import {
  add,
  and,
  bitAnd,
  type Expr,
  eq,
  gt,
  isConstant,
  ne,
  not,
  type Operand,
  or,
  select,
  subtract,
} from "../../ir/expression.ts";
import { at } from "../../ir/lookup.ts";
import type { Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import { type Context, ownerValue } from "../machine/context.ts";
import { systemPages } from "../machine/device-memory.ts";
import { decrement } from "./counter.ts";
import { mightSleep } from "./page-table.ts";
import { cachesFolios, inSwapCache } from "./swap-slots.ts";
import { markNewer } from "./tracking.ts";

/** get_page(): the actor takes another reference. The page must have one already. */
export function getPage(k: Recorder, context: Context, page: Expr): void {
  addReference(k, context.machine, page);
  takeInHand(k, context, page);
}

/** get_page() for something other than an actor: a PTE, a pin, the swap cache. */
export function addReference(k: Recorder, { refcount }: Context["machine"], page: Expr): void {
  k.assert(gt(refcount(page), 0), "get_page on a page without references");
  k.set(refcount(page), add(refcount(page), 1));
}

/** page_add_anon_rmap(), page_add_file_rmap(), page_dup_rmap(): adds one mapping. */
export function addMapping(k: Recorder, { mapcount }: Context["machine"], page: Expr): void {
  k.set(mapcount(page), add(mapcount(page), 1));
}

/** page_remove_rmap() */
export function removeMapping(k: Recorder, machine: Context["machine"], page: Expr): void {
  decrement(k, machine.mapcount(page), "page_remove_rmap: the mapcount falls below zero");
  const flag = machine.partlyMapped(page);
  if (!isConstant(flag)) k.set(flag, or(flag, getsPartlyMapped(machine, page)));
}

/** page_remove_rmap() of a PMD: `remove` removes a mapping of each page of the folio. */
export function removeMappings(k: Recorder, machine: Context["machine"], page: Expr, remove: () => void): void {
  const flag = machine.partlyMapped(page);
  if (isConstant(flag)) return remove();
  const before = k.register("partially_mapped", bool);
  k.set(before, flag);
  remove();
  k.set(flag, or(before, getsPartlyMapped(machine, page)));
}

/** deferred_split_folio() passes over a folio in the swap cache. */
function getsPartlyMapped(machine: Context["machine"], page: Expr): Expr {
  const partly = isPartlyMapped(machine, page);
  return cachesFolios(machine) ? and(partly, not(inSwapCache(machine, page))) : partly;
}

function isPartlyMapped(machine: Context["machine"], page: Expr): Expr {
  const head = machine.head(page);
  const [first, second] = [eq(machine.mapcount(head), 0), eq(machine.mapcount(add(head, 1)), 0)];
  return and(machine.largeFolio(page), or(and(first, not(second)), and(second, not(first))));
}

/** Part of what frees or splits a folio, or makes one of another. */
export function setPartlyMapped(
  k: Recorder,
  { partlyMapped }: Context["machine"],
  page: Expr,
  value: Expr | boolean,
): void {
  if (!isConstant(partlyMapped(page))) k.set(partlyMapped(page), value);
}

/** get_page_unless_zero() / folio_try_get(): takes a reference if the page still has one; if not, `failed` runs. */
export function tryGetPage(k: Recorder, context: Context, page: Expr, failed: () => void): void {
  const { refcount } = context.machine;
  k.if(
    eq(refcount(page), 0),
    () => {
      k.outcome("finds that", page, "has no reference left");
      failed();
    },
    () => {
      k.outcome("takes a reference to", page);
      k.set(refcount(page), add(refcount(page), 1));
      takeInHand(k, context, page);
      forgetName(k, context);
    },
  );
}

/** put_page(): drops a reference that this actor holds. The last one frees the page. */
export function putPage(k: Recorder, context: Context, page: Expr): void {
  letGo(k, context, page);
  dropReference(k, context, page);
}

/** Drops a reference that was not held by an actor but by a PTE or the page cache. */
export function dropReference(k: Recorder, { machine }: Context, page: Expr): void {
  const { refcount } = machine;
  decrement(k, refcount(page), "put_page on a page without references");
  k.if(eq(refcount(page), 0), () => freePage(k, machine, page));
}

function freePage(k: Recorder, machine: Context["machine"], page: Expr): void {
  const large = machine.largeFolio(page);
  k.assert(eq(machine.pageLock(page), 0), "bad page state: PG_locked is set at free");
  k.set(machine.pageDirty(page), false);
  setLazyfree(k, machine, page, false);
  setPartlyMapped(k, machine, page, false);
  if (machine.uses("mlock")) k.set(machine.pageMlocked(page), false);
  // By its number, a page that was freed and used again cannot be told from the old page. A generation would have to
  // count for ever. Instead, every actor that names the page without holding a reference is marked: its name is now
  // stale. A generation would be compared for nothing else.
  for (const actor of machine.actors.keys()) {
    const [named, stale] = [machine.named(actor), machine.namedStale(actor)];
    const head = machine.head(page);
    const itsName = or(eq(named, add(page, 1)), and(large, or(eq(named, add(head, 1)), eq(named, add(head, 2)))));
    k.set(stale, select(itsName, true, stale));
  }
  k.emit("page_freed", { page });
  k.if(
    large,
    () => {
      const number = subtract(page, bitAnd(add(page, 2), 1));
      for (const each of [number, add(number, 1)]) forgetMapping(k, machine, each);
      // Last, because the accessors above depend on it.
      for (const each of [add(number, 1), number]) k.set(machine.largeFolio(each), false);
    },
    () => forgetMapping(k, machine, page),
  );
}

function forgetMapping(k: Recorder, machine: Context["machine"], page: Expr): void {
  k.assert(eq(machine.mapcount(page), 0), "bad page state: mapcount is not zero at free");
  k.set(machine.pageAnon(page), false);
  if (!isConstant(machine.copied(page))) k.set(machine.copied(page), false);
  setPageIndex(k, machine, page, 0);
  if (machine.mms.length > 1) k.set(machine.anonVmaOf(page), 0);
  markNewer(k, machine, page, false);
  if (machine.uses("ksm_merge")) k.set(machine.merged(page), false);
  if (machine.uses("ksm_merge", "uprobe_replace")) k.set(machine.outdated(page), false);
  setAnonExclusive(k, machine, page, false);
}

/** folio->index: the address to which the page belongs. */
export function setPageIndex(k: Recorder, machine: Context["machine"], page: Expr, va: Operand): void {
  if (!isConstant(machine.pageIndex(page))) k.set(machine.pageIndex(page), va);
}

/** page_add_new_anon_rmap(): a new page, mapped once, becomes anonymous memory. */
export function addNewAnonRmap(k: Recorder, { machine, mm }: Context, page: Expr, va: Operand): void {
  setPageIndex(k, machine, page, va);
  if (machine.mms.length > 1) k.set(machine.anonVmaOf(page), mm);
  k.set(machine.mapcount(page), 1);
  k.set(machine.pageAnon(page), true);
  markNewer(k, machine, page, true);
  setAnonExclusive(k, machine, page, true);
}

/** ClearPageSwapBacked() and SetPageSwapBacked(). */
export function setLazyfree(k: Recorder, machine: Context["machine"], page: Expr, lazyfree: Expr | boolean): void {
  if (!isConstant(machine.lazyfree(page))) k.set(machine.lazyfree(page), lazyfree);
}

/** Since v5.19. */
export function setAnonExclusive(k: Recorder, machine: Context["machine"], page: Expr, exclusive: boolean): void {
  if (machine.has("anon-exclusive")) k.set(machine.anonExclusive(page), exclusive);
}

/** The actor keeps a page's number without a reference, as a fault does with the number that it read from a PTE. */
export function nameWithoutReference(k: Recorder, { machine, actor }: Context, page: Expr): void {
  k.set(machine.named(actor), add(page, 1));
  k.set(machine.namedStale(actor), false);
}

/** The actor no longer uses the number that it kept, or holds a reference now. */
export function forgetName(k: Recorder, { machine, actor }: Context): void {
  k.set(machine.named(actor), 0);
  k.set(machine.namedStale(actor), false);
}

/** Reports to the properties that the actor uses a page that it names. */
export function usePage(k: Recorder, { machine, actor }: Context, page: Expr): void {
  const stale = and(eq(machine.named(actor), add(page, 1)), machine.namedStale(actor));
  k.emit("page_use", { page, stale });
}

/** The actor takes over a reference (from a PTE that it clears, or from the allocator). */
export function takeInHand(k: Recorder, { machine, actor }: Context, page: Expr): void {
  const held = machine.held(actor, page);
  k.set(held, add(held, 1));
}

/** The actor passes on a reference (into a PTE that it writes). */
export function letGo(k: Recorder, { machine, actor }: Context, page: Expr): void {
  const held = machine.held(actor, page);
  k.assert(gt(held, 0), "an actor drops a reference that it does not hold", "lock-discipline");
  // A ghost must not decide whether this happens. It stays at 0 if it is 0.
  k.set(held, select(gt(held, 0), subtract(held, 1), held));
}

/** lock_page(): waits. */
export function lockPage(k: Recorder, context: Context, page: Expr): void {
  const lock = context.machine.pageLock(page);
  mightSleep(k, context);
  k.await(eq(lock, 0));
  takePageLock(k, context, page);
}

/** The lock must be free. */
export function takePageLock(k: Recorder, context: Context, page: Expr): void {
  k.outcome("takes the page lock of", page);
  k.set(context.machine.pageLock(page), ownerValue(context));
  usePage(k, context, page);
}

/** trylock_page(): `failed` runs if the lock is already taken. */
export function tryLockPage(k: Recorder, context: Context, page: Expr, failed: () => void): void {
  const lock = context.machine.pageLock(page);
  k.if(
    ne(lock, 0),
    () => {
      sayPageLocked(k, context, page);
      failed();
    },
    () => takePageLock(k, context, page),
  );
}

/** Part of a step that finds the page lock taken. */
export function sayPageLocked(k: Recorder, { machine }: Context, page: Expr): void {
  k.outcome("finds the page lock of", page, "taken by", machine.pageLock(page));
}

/** unlock_page() */
export function unlockPage(k: Recorder, context: Context, page: Expr): void {
  const lock = context.machine.pageLock(page);
  k.assert(eq(lock, ownerValue(context)), "unlock_page on a page that this actor has not locked", "lock-discipline");
  k.set(lock, 0);
}

/** A page in which memory_failure() has found an error stays unused after it was freed (free_pages_prepare). */
export const isFree = (machine: Context["machine"], page: number): Expr =>
  and(eq(machine.refcount(page), 0), not(machine.hwpoison(page)));

/**
 * Allocates any free page, with one reference held by the actor. Which page is a choice: a freed page may be used again
 * at once or late. `outOfMemory` runs if no page is free, or at any time if the scenario says that allocations may
 * fail. If holes are punched into files, the pages of files are kept for new pages of the same files.
 */
export function allocatePage(k: Recorder, context: Context, into: Expr, outOfMemory: () => void): void {
  const { machine } = context;
  const ordinary = machine.scenario.system.pages;
  const pages = systemPages(machine).filter((page) => !machine.uses("punch_hole") || page < ordinary);
  allocateFrom(k, context, { pages, into }, outOfMemory);
}

/** The same for a choice of pages. */
export function allocateFrom(
  k: Recorder,
  context: Context,
  { pages, into }: { readonly pages: readonly number[]; readonly into: Expr },
  outOfMemory: () => void,
): void {
  const { machine } = context;
  const take = (page: number) => () => {
    k.await(isFree(machine, page));
    k.set(machine.refcount(page), 1);
    k.set(into, page);
    k.outcome("allocates", into);
    const held = machine.held(context.actor, page);
    k.set(held, add(held, 1));
  };
  k.choose({
    ...Object.fromEntries(pages.map((page) => [at(machine.pages, page), take(page)])),
    "out of memory": () => {
      if (machine.scenario.system.memory === "enough") k.await(and(...pages.map((page) => not(isFree(machine, page)))));
      k.outcome("gets no page");
      outOfMemory();
    },
  });
}

/**
 * The locks of the reverse map: one for each VMA's anonymous memory (anon_vma) and one for the file behind it (i_mmap).
 */
import { add, and, constant, type Expr, eq, isConstant, ne, not, or, select, sum } from "../../ir/expression.ts";
import { at } from "../../ir/lookup.ts";
import type { Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import type { Context } from "../machine/context.ts";
import { hasLargeFolios, type Machine, pairOf, rootOf, type Vma, vmaAt } from "../machine/machine.ts";
import { decrement } from "./counter.ts";
import { mayMap } from "./mapped-walk.ts";
import { isPresent, isZeroPage, pfn } from "./page-table.ts";

/** The message for a lock that is dropped while no actor holds it for reading. */
export const upReadUnheld = "up_read on a reverse-map lock that no actor holds";

/**
 * Part of a step that puts a VMA into the reverse map or takes it out. Both locks are needed for writing, because the
 * trees of VMAs must not change during a walk. A walk in the model has no tree that could break, so an assertion states
 * the rule.
 */
export function awaitReverseMap(k: Recorder, { machine }: Context, vma: Vma): void {
  const walks = [machine.anonVmaReaders(vma), ...(vma.backing === "private-file" ? [machine.iMmapReaders(vma)] : [])];
  for (const readers of walks) {
    k.await(eq(readers, 0));
    k.assert(eq(readers, 0), "an interval tree of the reverse map changes under a walk");
  }
  awaitNoCollapse(k, machine, vma);
}

function awaitNoCollapse(k: Recorder, machine: Machine, vma: Vma): void {
  const writer = machine.anonVmaWriter(vma);
  if (!isConstant(writer)) k.await(eq(writer, 0));
}

/** Part of a step that adds a VMA to the process's tree and to the reverse map, or removes it from both. */
export function linkVma(k: Recorder, machine: Machine, mm: number, vma: Vma, linked: Expr | boolean): void {
  k.set(machine.vmaLinked(mm, vma.index), linked);
  if (separateTree(machine)) k.set(machine.vmaMapped(mm, vma.index), linked);
}

/** anon_vma_prepare(), part of a step. The caller holds the mmap lock, or is a fault that has looked for it. */
export function anonVmaPrepare(k: Recorder, { machine, mm }: Context, va: number): void {
  const has = machine.hasAnonVma(mm, vmaAt(machine, va));
  if (!isConstant(has)) k.set(has, true);
}

/** Whether a VMA can be in the reverse map although it is not in the process's tree. */
export function separateTree(machine: Machine): boolean {
  return machine.uses("munmap") && machine.has("munmap-downgrades");
}

/**
 * Part of a step that uses a VMA found in the reverse map. The lock under which it was found keeps the VMA from being
 * freed.
 */
export function useVma(k: Recorder, { machine }: Context, mm: number, va: number): void {
  k.assert(
    machine.vmaLinked(mm, vmaAt(machine, va).index),
    "KASAN: use of a vm_area_struct that is out of the reverse map and freed",
  );
}

/**
 * Whether a walk of the page's reverse map visits an address space: the page's anon_vma holds the VMAs of the address
 * space that it belongs to and of the address spaces forked from it. A VMA that had no anon_vma when it was forked has
 * nothing in common with the child's.
 */
export function isInReverseMap(machine: Machine, mm: number, vma: Vma, page: Expr): Expr {
  return and(ownOrInherited(machine, mm, vma, machine.anonVmaOf(page)), machine.vmaLinked(mm, vma.index));
}

function ownOrInherited(machine: Machine, mm: number, vma: Vma, anonVma: Expr): Expr {
  const { parent } = at(machine.mms, mm);
  const own = eq(anonVma, mm);
  if (parent === undefined) return own;
  return or(own, and(machine.sharesAnonVma(mm, vma), ownOrInherited(machine, parent, vma, anonVma)));
}

/** `anon_vma->root`, given as an address space: the oldest anon_vma that can have a page of the VMA. */
export function setToOldest(k: Recorder, machine: Machine, { mm, vma }: MappedVma, anonVma: Expr): void {
  const { parent } = at(machine.mms, mm);
  if (parent === undefined) k.set(anonVma, mm);
  else
    k.if(
      machine.sharesAnonVma(mm, vma),
      () => setToOldest(k, machine, { mm: parent, vma }, anonVma),
      () => k.set(anonVma, mm),
    );
}

interface MappedVma {
  readonly mm: number;
  readonly vma: Vma;
}

/** Part of a step that has looked for the VMA of an address space in the reverse map. */
export function sayLinked(k: Recorder, linked: Expr, mm: string): void {
  k.if(
    linked,
    () => k.outcome(`finds the VMA of ${mm} in the reverse map`),
    () => k.outcome(`finds that the VMA of ${mm} is not in the reverse map`),
  );
}

/** page_mapped(): whether any page of the folio is mapped. */
export function isMapped(machine: Machine, page: Expr): Expr {
  const head = machine.head(page);
  const mapped = ne(machine.mapcount(head), 0);
  return hasLargeFolios(machine)
    ? or(mapped, and(machine.largeFolio(page), ne(machine.mapcount(add(head, 1)), 0)))
    : mapped;
}

/** folio_mapcount(): how many entries map pages of the folio. */
export function folioMapcount(machine: Machine, page: Expr): Expr {
  const head = machine.head(page);
  const mapped = machine.mapcount(head);
  return hasLargeFolios(machine)
    ? select(machine.largeFolio(page), add(mapped, machine.mapcount(add(head, 1))), mapped)
    : mapped;
}

/** How many entries of a process map pages of the folio, as far as they count as mappings. */
export function mappingsIn(machine: Machine, { mm, vma, va, page }: MappedPlace): Expr {
  const { first, count } = pairOf({ vma, va });
  const counts = machine.has("entries-keep-mapcount") ? mayMap : isPresent;
  const own = Array.from({ length: count }, (_, offset) => {
    const pte = machine.pte(mm, first + offset);
    const maps = and(counts(pte), not(isZeroPage(machine, pte)), eq(machine.head(pfn(pte)), machine.head(page)));
    return select(maps, constant(1), constant(0));
  });
  return sum(own);
}

interface MappedPlace extends MappedVma {
  readonly va: number;
  readonly page: Expr;
}

/** Whether a walk looks for the page at an address. Only UFFDIO_MOVE changes to which address a page belongs. */
export function belongsAt(machine: Machine, page: Expr, va: number): Expr {
  return machine.movedBetween(va).length > 1 ? eq(machine.pageIndex(page), va) : constant(1, bool);
}

export interface MappedPage {
  readonly context: Context;
  readonly vma: Vma;
  readonly va: number;
  readonly page: Expr;
}

/**
 * The places at which a page can be mapped if it is mapped at an address: that address, and the addresses to which
 * mremap or UFFDIO_MOVE moves it or from which they moved it.
 */
export function placesOf(
  machine: Machine,
  vma: Vma,
  va: number,
): readonly { readonly vma: Vma; readonly va: number }[] {
  return machine
    .anonVma(vma)
    .flatMap((own) => machine.movedBetween(own.first + va - vma.first))
    .map((each) => ({ vma: vmaAt(machine, each), va: each }));
}

export interface RmapWalk {
  /** rmap_one(): false, in a register, if the walk has to end at this place. */
  readonly visit: (mm: number, place: { readonly vma: Vma; readonly va: number }) => Expr | true;
  /** done(): whether the walk ends before the next place. */
  readonly done?: Expr;
  /** rmap_walk_locked(): the caller has locked the reverse map. */
  readonly locked?: boolean;
}

/**
 * rmap_walk() of an anonymous page: visits the places at which the page can be mapped, with the lock held for reading.
 * The tree has VMAs of the same pages in the order in which they came in: a parent's before its child's, and a VMA that
 * mremap makes after those that were there before. (The model takes mremap to come after the fork; otherwise the child
 * has only the new VMA, and the order is the same.)
 */
export function rmapWalk(
  k: Recorder,
  { context, vma, va, page }: MappedPage,
  { visit, done, locked = false }: RmapWalk,
): void {
  const { machine } = context;
  const places = placesOf(machine, vma, va);
  const inOrder = machine.has("rmap-finds-moving") ? places : places.toReversed();
  const linked = k.register("linked", bool);
  if (!locked) lockAnonVma(k, machine, vma);
  const mms = [...machine.mms.entries()].filter(([mm]) => rootOf(machine, mm) === vma.mm);
  const stops = inOrder.flatMap((place) => mms.map(([mm, { name }]) => ({ mm, place, name })));
  const endsEarly = machine.has("walk-ends-early") && stops.length > 1;
  const going = endsEarly ? k.register("going", bool) : constant(1, bool);
  if (endsEarly) k.set(going, true);
  for (const [position, { mm, place, name }] of stops.entries()) {
    const where = machine.uses("uffd_move") ? machine.addresses[place.va] : place.vma.name;
    const at = places.length === 1 ? name : `${name} ${where}`;
    const belongs = belongsAt(machine, page, place.va);
    const goOn = (next: Expr | true) => {
      if (!endsEarly || position === stops.length - 1) return;
      k.set(going, next);
      if (done === undefined) return;
      k.if(going, () =>
        k.step(`done after ${at}`, "ends the walk if no mapping is left", () => {
          k.set(going, not(done));
          k.if(
            going,
            () => k.outcome("finds", page, "still mapped: goes on"),
            () => k.outcome("finds", page, "no longer mapped: ends the walk"),
          );
        }),
      );
    };
    k.if(going, () => {
      k.step(`rmap_walk ${at}`, "checks whether the VMA is in the reverse map", () => {
        // page_vma_mapped_walk() finds nothing under an empty PMD, and with the lock no PMD becomes empty.
        const inMap = and(isInReverseMap(machine, mm, place.vma, page), not(machine.pmdEmpty(mm, place.vma)));
        k.set(linked, and(inMap, belongs));
        k.if(
          belongs,
          () => sayLinked(k, inMap, name),
          () => k.outcome("finds that", page, `does not belong at ${where}`),
        );
      });
      k.if(linked, () => goOn(visit(mm, place)));
    });
  }
  if (!locked) unlockAnonVma(k, machine, vma);
}

function lockAnonVma(k: Recorder, machine: Machine, vma: Vma): void {
  k.step("anon_vma_lock_read", "locks the reverse map for reading", () => takeAnonVmaLock(k, machine, vma));
}

/** anon_vma_lock_read(), part of a step. */
export function takeAnonVmaLock(k: Recorder, machine: Machine, vma: Vma): void {
  const readers = machine.anonVmaReaders(vma);
  awaitNoCollapse(k, machine, vma);
  k.set(readers, add(readers, 1));
}

function unlockAnonVma(k: Recorder, machine: Machine, vma: Vma): void {
  const readers = machine.anonVmaReaders(vma);
  k.step("anon_vma_unlock_read", "unlocks the reverse map", () =>
    decrement(k, readers, upReadUnheld, "lock-discipline"),
  );
}

/** Removing the mappings of a page, as walks of the reverse map do it (mm/rmap.c). */

import { and, type Expr, not } from "../../ir/expression.ts";
import type { Recorder } from "../../ir/recorder.ts";
import type { Context } from "../machine/context.ts";
import { hasDeviceMemory } from "../machine/device-memory.ts";
import { sayPassedOver } from "./mapped-walk.ts";
import { takeInHand } from "./page.ts";
import { holdPtl, isDevicePrivate, isExclusive, isPresent, none } from "./page-table.ts";
import { unlessPinned } from "./pinned.ts";

export interface MappedEntry {
  readonly context: Context;
  readonly mm: number;
  readonly va: number;
  readonly page: Expr;
  /** A register that keeps the old entry. */
  readonly pteval: Expr;
}

/**
 * The first half of ptep_clear_flush(), part of a step in which the PTL is free: keeps the entry and clears it. Until
 * another entry is written, the actor holds the mapping's reference.
 */
export function clearPresentEntry(k: Recorder, { context, mm, va, page, pteval }: MappedEntry): void {
  const pte = context.machine.pte(mm, va);
  k.outcome("takes the PTL and clears the entry", pte);
  k.set(pteval, pte);
  holdPtl(k, context, mm);
  k.set(pte, none(context.machine));
  takeInHand(k, context, page);
}

/**
 * What try_to_unmap_one() and try_to_migrate_one() do when they have found the page: they clear a present entry. They
 * replace an exclusive entry at once, if they know such entries. If `keep` is given and its page is pinned, the entry
 * stays and `keep` ends the walk. If the page was not found, `pteval` becomes empty.
 */
export function clearFoundEntry(
  k: Recorder,
  entry: MappedEntry,
  {
    found,
    walker,
    replaceExclusive,
    replacePrivate,
    keep,
  }: {
    readonly found: Expr;
    readonly walker: string;
    readonly replaceExclusive: () => void;
    /** The same for an entry of a page in a device's memory, if the walk can be of such a page. */
    readonly replacePrivate?: () => void;
    readonly keep?: () => void;
  },
): void {
  const { context, mm, va, page, pteval } = entry;
  const { machine } = context;
  const pte = machine.pte(mm, va);
  k.set(pteval, none(machine));
  k.if(not(found), () => sayPassedOver(k, pte));
  k.if(and(found, isPresent(pte)), () => clearPresentEntry(k, entry));
  const exclusive = () => {
    const handles = machine.has("rmap-handles-exclusive");
    k.assert(handles, `${walker}: pte_pfn() of an entry that is not present`);
    const leave = () => {
      k.outcome("finds", page, "pinned: leaves the entry");
      keep?.();
    };
    if (!handles) k.outcome("takes the entry", pte, "for a present one");
    else if (keep === undefined) replaceExclusive();
    else unlessPinned(k, machine, page, replaceExclusive, leave);
  };
  // No page in a device's memory is pinned.
  const ofDevice = () => k.if(and(found, isDevicePrivate(pte)), replacePrivate ?? (() => sayPassedOver(k, pte)));
  k.if(and(found, isExclusive(pte)), exclusive, hasDeviceMemory(machine) ? ofDevice : undefined);
}

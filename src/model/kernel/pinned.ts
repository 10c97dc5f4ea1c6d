/** What the rest of memory management checks about pinned pages, and which changes a pin survives. */
import { add, and, constant, type Expr, eq, gt, not, or, select, sum } from "../../ir/expression.ts";
import type { Recorder } from "../../ir/recorder.ts";
import { bool } from "../../ir/types.ts";
import { hasLargeFolios, type Machine } from "../machine/machine.ts";

/**
 * How many pins the folio of a page has. The kernel counts a pin as 1024 references, or in a separate field of a large
 * folio.
 */
export function pinsOf(machine: Machine, page: Expr): Expr {
  return referencesTo(machine, page, machine.pinners.length, machine.pinned);
}

/** How many references that only read, without a pin, the folio of a page has. */
export function getsOf(machine: Machine, page: Expr): Expr {
  return referencesTo(machine, page, machine.getters.length, machine.gotten);
}

function referencesTo(
  machine: Machine,
  page: Expr,
  holders: number,
  pageOf: (holder: number, va: number) => Expr,
): Expr {
  return sum(
    Array.from({ length: holders }, (_, holder) =>
      machine.addresses.map((_, va) => select(isOfFolio(machine, page, pageOf(holder, va)), constant(1), constant(0))),
    ).flat(),
  );
}

/** Whether what a holder has, a page plus one or 0, is in the folio of a page. */
function isOfFolio(machine: Machine, page: Expr, held: Expr): Expr {
  if (!hasLargeFolios(machine)) return eq(held, add(page, 1));
  const first = add(machine.head(page), 1);
  return or(eq(held, first), and(machine.largeFolio(page), eq(held, add(first, 1))));
}

/**
 * page_maybe_dma_pinned(). The kernel also takes a page with very many references to be pinned, and fork() first checks
 * whether the process ever pinned anything.
 */
export function maybeDmaPinned(machine: Machine, page: Expr): Expr {
  if (machine.pinners.length === 0) return constant(0, bool);
  const fast = machine.pinners.filter((info) => info.fast);
  const fastPins = fast.map((info) => isOfFolio(machine, page, machine.fastPin(machine.pinners.indexOf(info))));
  return or(gt(pinsOf(machine, page), 0), ...fastPins);
}

/** Since v5.19. sanity_check_pinned_pages() and follow_page_pte() report it with VM_BUG_ON_PAGE. */
export function assertExclusive(k: Recorder, machine: Machine, page: Expr, message: string): void {
  if (machine.has("anon-exclusive")) k.assert(or(not(machine.pageAnon(page)), machine.anonExclusive(page)), message);
}

/**
 * page_try_share_anon_rmap(), part of a step that would replace a mapping by a swap or migration entry. Since v5.19 a
 * pinned page that belongs to one mapping alone stays mapped, by `keep`, because the entry would let others share the
 * page.
 */
export function unlessPinned(
  k: Recorder,
  machine: Machine,
  page: Expr,
  replace: () => void,
  keep: () => void = () => {},
): void {
  if (machine.pinners.length === 0 || !machine.has("unmap-keeps-pinned")) return replace();
  k.if(and(machine.anonExclusive(page), maybeDmaPinned(machine, page)), keep, replace);
}

/**
 * Part of a step that gives up what is mapped at an address. A page that is pinned there no longer belongs to the
 * process.
 */
export function detachPins(k: Recorder, machine: Machine, mm: number, va: number): void {
  for (const [pinner, info] of machine.pinners.entries())
    if (info.mm === mm) k.set(machine.pinAttached(pinner, va), false);
}

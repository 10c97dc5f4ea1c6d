/**
 * Which pages are marked as locked into memory (PG_mlocked). The mark serves only accounting, and tells reclaim which
 * pages to skip.
 */
import { and, type Expr, not, or } from "../../ir/expression.ts";
import type { Recorder } from "../../ir/recorder.ts";
import { type Machine, rootOf, type Vma, vmaAt } from "../machine/machine.ts";
import { mapsPage } from "./page-table.ts";

const marksMlocked = (machine: Pick<Machine, "uses">) => machine.uses("mlock");

/** mlock_vma_page(), part of the step that maps the page: marks the page if the VMA is locked. */
export function markMlocked(
  k: Recorder,
  machine: Machine,
  { mm, vma, page }: { readonly mm: number; readonly vma: Vma; readonly page: Expr },
): void {
  if (marksMlocked(machine)) k.if(machine.vmaLocked(mm, vma), () => k.set(machine.pageMlocked(page), true));
}

export interface Mapping {
  readonly mm: number;
  readonly va: number;
  readonly page: Expr;
}

/**
 * munlock_vma_page() or clear_page_mlock(), part of the step that unmaps the page: removes the mark, unless another
 * process maps the page in a locked VMA.
 */
export function unmarkMlocked(k: Recorder, machine: Machine, { mm, va, page }: Mapping): void {
  if (!marksMlocked(machine)) return;
  const vma = vmaAt(machine, va);
  const others = [...machine.mms.keys()].filter((other) => other !== mm && rootOf(machine, other) === vma.mm);
  const elsewhere = others.map((other) => and(machine.vmaLocked(other, vma), mapsPage(machine.pte(other, va), page)));
  k.if(not(or(false, ...elsewhere)), () => k.set(machine.pageMlocked(page), false));
}

/**
 * Part of a step of reclaim: whether the mapping that was found may be removed. A mapping in a locked VMA stays, and
 * its page is marked.
 */
export function unlessLocked(k: Recorder, machine: Machine, { mm, va, page }: Mapping, found: Expr): Expr {
  if (!marksMlocked(machine) || !machine.has("reclaim-spares-locked")) return found;
  const vma = vmaAt(machine, va);
  k.if(found, () => markMlocked(k, machine, { mm, vma, page }));
  return and(found, not(machine.vmaLocked(mm, vma)));
}

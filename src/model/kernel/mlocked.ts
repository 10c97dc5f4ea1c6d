/**
 * Which pages are marked as locked into memory (PG_mlocked). The mark serves only accounting, and tells reclaim which
 * pages to skip.
 */
import { and, type Expr, eq, isConstant, not, or } from "../../ir/expression.ts";
import type { Recorder } from "../../ir/recorder.ts";
import { type Machine, pairOf, rootOf, type Vma, vmaAt } from "../machine/machine.ts";
import { mayMap } from "./mapped-walk.ts";
import { isPresent, mapsPage, pfn } from "./page-table.ts";

const marksMlocked = (machine: Pick<Machine, "uses">) => machine.uses("mlock");

interface LockedPage {
  readonly mm: number;
  readonly vma: Vma;
  readonly page: Expr;
}

/**
 * mlock_vma_page(), part of the step that maps the page: marks the page if the VMA is locked. A page of a large folio is
 * passed over, because one mapping does not show whether all of the folio is mapped.
 */
export function markMlocked(k: Recorder, machine: Machine, { mm, vma, page }: LockedPage): void {
  if (!marksMlocked(machine)) return;
  const small = not(machine.largeFolio(page));
  k.if(and(machine.vmaLocked(mm, vma), small), () => k.set(machine.pageMlocked(page), true));
}

/** The same for a large folio that is mapped as a whole in the VMA. */
export function markFolioMlocked(k: Recorder, machine: Machine, locked: LockedPage): void {
  if (machine.has("mlock-marks-folios")) markPmdMlocked(k, machine, locked);
}

/** The same for a folio that a PMD maps. */
export function markPmdMlocked(k: Recorder, machine: Machine, { mm, vma, page }: LockedPage): void {
  if (marksMlocked(machine)) k.if(machine.vmaLocked(mm, vma), () => k.set(machine.pageMlocked(page), true));
}

export interface Mapping {
  readonly mm: number;
  readonly va: number;
  readonly page: Expr;
}

/**
 * munlock_vma_page() or clear_page_mlock(), part of the step that unmaps the page: removes the mark, unless another
 * process maps the page in a locked VMA. A large folio loses its mark with the first of its mappings in a locked VMA.
 */
export function unmarkMlocked(k: Recorder, machine: Machine, { mm, va, page }: Mapping): void {
  if (!marksMlocked(machine)) return;
  const vma = vmaAt(machine, va);
  const others = [...machine.mms.keys()].filter((other) => other !== mm && rootOf(machine, other) === vma.mm);
  const { first, count } = pairOf({ vma, va });
  const large = machine.largeFolio(page);
  const maps = (other: number) => {
    const pte = machine.pte(other, va);
    if (isConstant(large)) return mapsPage(pte, page);
    const entries = Array.from({ length: count }, (_, offset) => machine.pte(other, first + offset));
    return or(...entries.map((each) => and(isPresent(each), eq(machine.head(pfn(each)), machine.head(page)))));
  };
  const elsewhere = others.map((other) => and(machine.vmaLocked(other, vma), maps(other)));
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

/**
 * The same for an entry of a large folio. The folio is marked if all of it is mapped there. Before v6.18 only the check
 * for recent use marks it (folio_referenced_one), which comes immediately before.
 */
export function unlessFolioLocked(k: Recorder, machine: Machine, { mm, va, page }: Mapping, found: Expr): Expr {
  if (!marksMlocked(machine) || !machine.has("reclaim-spares-locked")) return found;
  const vma = vmaAt(machine, va);
  const { first, count } = pairOf({ vma, va });
  const entries = Array.from({ length: count }, (_, offset) => machine.pte(mm, first + offset));
  const whole = and(...entries.map((pte) => and(mayMap(pte), eq(machine.head(pfn(pte)), machine.head(page)))));
  k.if(and(found, va === first ? whole : false), () => markFolioMlocked(k, machine, { mm, vma, page }));
  return and(found, not(machine.vmaLocked(mm, vma)));
}

import { and, type Expr, field, not, or } from "../../ir/expression.ts";
import type { Context } from "../machine/context.ts";
import type { Vma } from "../machine/machine.ts";
import { isZeroPage, userfaultfdPteWp } from "./page-table.ts";

/**
 * can_change_pte_writable(): whether an entry of a private mapping may become writable without a fault. The page must
 * be anonymous and belong to this mapping alone. Neither soft-dirty tracking nor userfaultfd may be waiting to be
 * notified of a write. Up to 6.1 the entry must also be dirty.
 */
export function canChangePteWritable({ machine }: Context, mm: number, vma: Vma, pte: Expr, page: Expr): Expr {
  return and(
    machine.vmaWrite(mm, vma),
    not(isZeroPage(machine, pte)),
    or(machine.has("protection-restores-clean"), field(pte, "dirty")),
    or(not(machine.tracksSoftDirty(mm, vma)), field(pte, "soft_dirty")),
    not(userfaultfdPteWp(machine, mm, vma, pte)),
    machine.pageAnon(page),
    machine.anonExclusive(page),
  );
}

/** Entries of one large folio that are handled together (mm/util.c folio_pte_batch, before in mm/internal.h). */
import { add, and, constant, type Expr, eq, field } from "../../ir/expression.ts";
import { bool } from "../../ir/types.ts";
import type { Context } from "../machine/context.ts";
import { isPresent, pfn } from "./page-table.ts";

/**
 * folio_pte_batch() that ignores all bits but uffd-wp: the entries at the addresses map all pages of a large folio in
 * order. The first entry is known to map a page of a large folio.
 */
export function mapsWhole({ machine, mm }: Pick<Context, "machine" | "mm">, vas: readonly number[]): Expr {
  const [first, second] = vas.map((va) => machine.pte(mm, va));
  if (first === undefined || second === undefined) return constant(0, bool);
  const same = eq(field(first, "uffd_wp"), field(second, "uffd_wp"));
  return and(isPresent(second), eq(pfn(second), add(pfn(first), 1)), same);
}

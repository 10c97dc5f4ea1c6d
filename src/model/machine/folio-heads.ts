/** Which folio a page belongs to. A large folio has two pages, and the number of its first one is even. */
import {
  add,
  bitAnd,
  constant,
  type Expr,
  isConstant,
  lift,
  type Operand,
  select,
  subtract,
} from "../../ir/expression.ts";
import { bool, rangeOf } from "../../ir/types.ts";
import type { Machine } from "./machine.ts";

interface FolioHeads extends Pick<Machine, "largeFolio" | "head"> {
  /** A variable that all pages of a folio share: that of its first page. */
  readonly ofFolio: (each: (page: Operand) => Expr) => (page: Operand) => Expr;
}

/**
 * `isLarge`: by page. `pageCount`: how many pages can be in large folios; those of files, which cannot, have greater
 * numbers.
 */
export function folioHeads(isLarge: (page: Operand) => Expr, pageCount: number): FolioHeads {
  const largeFolio = (page: Operand): Expr => {
    const number = lift(page);
    return isConstant(number) && number.value >= pageCount ? constant(0, bool) : isLarge(number);
  };
  const head = (page: Operand): Expr => {
    const number = lift(page);
    const large = largeFolio(number);
    if (isConstant(large)) return number;
    // -1 is read beside an empty slot, and a property may ask for any number. An even number is added, so that & gets none
    // below zero.
    const [least] = rangeOf(number.type);
    const even = Math.max(2, 2 * Math.ceil(-least / 2));
    return select(large, subtract(number, bitAnd(add(number, even), 1)), number);
  };
  return { largeFolio, head, ofFolio: (each) => (page) => each(head(page)) };
}

import type { Expr } from "./expression.ts";

/** The expression evaluated before the step: every variable is read in the old state. */
export function inOldState(expr: Expr): Expr {
  switch (expr.op) {
    case "const":
    case "argument":
    case "step":
      return expr;
    case "load":
      return { ...expr, index: inOldState(expr.index), old: true };
    case "binary":
      return { ...expr, left: inOldState(expr.left), right: inOldState(expr.right) };
    case "not":
      return { ...expr, value: inOldState(expr.value) };
    case "select":
      return {
        ...expr,
        condition: inOldState(expr.condition),
        then: inOldState(expr.then),
        otherwise: inOldState(expr.otherwise),
      };
    case "field":
      return { ...expr, word: inOldState(expr.word) };
    case "with":
      return { ...expr, word: inOldState(expr.word), value: inOldState(expr.value) };
  }
}

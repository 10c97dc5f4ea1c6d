/**
 * Estimates the length of a guard before it is written, because some conditions over the state before a step are long.
 */
import type { Expr } from "../../ir/expression.ts";
import { partsOf } from "../../ir/visit.ts";

/** The shipped scenarios need at most 136. */
const mostParts = 100_000;

/** A program that cannot be exported. The message names the step. */
export class GuardTooLong extends Error {
  override readonly name = "GuardTooLong";
}

/** Throws a GuardTooLong if the text would have more parts than SPIN can read. */
export function checkLength(guard: Expr, { procedure, label }: { readonly procedure: string; readonly label: string }) {
  if (partsInText(guard) <= mostParts) return;
  throw new GuardTooLong(
    `${procedure}: ${label} waits in its middle for a condition that is too long to write in front of the step`,
  );
}

/** An expression that appears in several places counts each time, because it is written each time. */
function partsInText(whole: Expr): number {
  const counted = new Map<Expr, number>();
  const of = (expr: Expr): number => {
    let parts = counted.get(expr);
    if (parts === undefined) {
      parts = partsOf(expr).reduce((sum, part) => sum + of(part), 1);
      // A computed index is written for each element, or beside both bounds of the array (expression.ts).
      if (expr.op === "load" && expr.index.op !== "const") parts *= Math.max(3, expr.variable.size);
      counted.set(expr, parts);
    }
    return parts;
  };
  return of(whole);
}

import type { Expr } from "../ir/expression.ts";
import { partsOf } from "../ir/visit.ts";

/** Code that reads an expression recurses, and reads a shared part again at each place where it occurs. */
const most = { depth: 2500, parts: 1_000_000 };

/**
 * Whether an expression is too deep, or too large if each part is counted at each place where it occurs. A macro's
 * variable stands for a whole expression, so each of a few nested macros can double the size.
 */
export function isTooLarge(root: Expr): boolean {
  const measured = new Map<Expr, { readonly depth: number; readonly parts: number }>();
  const waiting: Expr[] = [root];
  for (let expr = waiting.at(-1); expr !== undefined; expr = waiting.at(-1)) {
    const parts = partsOf(expr);
    const missing = measured.has(expr) ? [] : parts.filter((part) => !measured.has(part));
    if (missing.length > 0) {
      waiting.push(...missing);
      continue;
    }
    waiting.pop();
    const sizes = parts.map((part) => measured.get(part) ?? { depth: 0, parts: 0 });
    const depth = 1 + Math.max(0, ...sizes.map((size) => size.depth));
    const total = sizes.reduce((sum, size) => sum + size.parts, 1);
    if (depth > most.depth || total > most.parts) return true;
    measured.set(expr, { depth, parts: total });
  }
  return false;
}

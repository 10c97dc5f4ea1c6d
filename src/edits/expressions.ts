/** Looking into expressions, and replacing parts of them. */
import { constant, type Expr, isConstant } from "../ir/expression.ts";
import { bool } from "../ir/types.ts";
import type { Variable } from "../ir/variable.ts";
import { partsOf } from "../ir/visit.ts";

/** `replacement` gives what stands for a part, or undefined to look inside it. */
export function replaceParts(expr: Expr, replacement: (part: Expr) => Expr | undefined): Expr {
  const done = new Map<Expr, Expr>();
  const visit = (part: Expr): Expr => {
    const known = done.get(part);
    if (known !== undefined) return known;
    const made = replacement(part) ?? inside(part);
    done.set(part, made);
    return made;
  };
  const inside = (part: Expr): Expr => {
    const parts = partsOf(part);
    if (parts.every((one) => visit(one) === one)) return part;
    switch (part.op) {
      case "load":
        return { ...part, index: visit(part.index) };
      case "binary":
        return { ...part, left: visit(part.left), right: visit(part.right) };
      case "not":
        return { ...part, value: visit(part.value) };
      case "select":
        return {
          ...part,
          condition: visit(part.condition),
          then: visit(part.then),
          otherwise: visit(part.otherwise),
        };
      case "field":
        return { ...part, word: visit(part.word) };
      case "with":
        return { ...part, word: visit(part.word), value: visit(part.value) };
      default:
        return part;
    }
  };
  return visit(expr);
}

/** Shared variables for which `wanted` is true are read as 0. */
export function readAsZero(expr: Expr, wanted: (variable: Variable) => boolean): Expr {
  return replaceParts(expr, (part) =>
    part.op === "load" && part.variable.actor === undefined && wanted(part.variable)
      ? constant(0, part.type)
      : undefined,
  );
}

/** Whether a new value of a variable is more or less than the old one; "set" for a constant. */
export function directionOf(value: Expr): "up" | "down" | "set" | "clear" | undefined {
  if (isConstant(value)) return value.value === 0 ? "clear" : "set";
  if (value.op === "select") return directionOf(value.then) ?? directionOf(value.otherwise);
  if (value.op !== "binary" || !isConstant(value.right) || value.left.op !== "load") return undefined;
  return value.operator === "+" ? "up" : value.operator === "-" ? "down" : undefined;
}

/** A comparison of a page-table entry with what was read of it before: pte_same(). */
export function isPteSame(expr: Expr): boolean {
  return expr.op === "binary" && expr.operator === "==" && expr.left.type.kind === "word" && readsPte(expr);
}

/** Whether a page-table entry is empty: pte_none(). */
export function isPteNone(expr: Expr): boolean {
  if (expr.op !== "binary" || expr.operator !== "==" || expr.left.op !== "field") return false;
  return expr.left.field.name === "kind" && isConstant(expr.right, 0) && readsPte(expr.left);
}

/** Whether all terms of a conjunction pass. */
export function areAll(expr: Expr, so: (term: Expr) => boolean): boolean {
  if (expr.op !== "binary" || expr.operator !== "and") return so(expr);
  return areAll(expr.left, so) && areAll(expr.right, so);
}

function readsPte(expr: Expr): boolean {
  return partsOf(expr).some((part) => part.op === "load" && part.variable.name === "pte");
}

export const yes: Expr = constant(1, bool);

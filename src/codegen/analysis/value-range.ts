import { type BinaryOperator, type Expr, isBoolean } from "../../ir/expression.ts";
import { rangeOf } from "../../ir/types.ts";

export type Range = readonly [min: number, max: number];

/**
 * The values that an expression can take, as far as its own shape shows. If they are inside a variable's range, an
 * assignment needs no check at run time. Types are not enough: the type of a `select` between a word and a number, or of
 * a word's field, says what the author meant and not what the bits can hold.
 */
export function valueRange(expr: Expr): Range {
  switch (expr.op) {
    case "const":
      return [expr.value, expr.value];
    case "load":
      return rangeOf(expr.variable.type);
    case "not":
      return [0, 1];
    case "field":
      return [0, 2 ** expr.field.bits - 1];
    case "binary":
      return isBoolean(expr.operator) ? [0, 1] : rangeOfParts(expr);
    case "with":
    case "select":
      return rangeOfParts(expr);
    case "argument":
    case "step":
      return rangeOf(expr.type);
  }
}

type Compound = Extract<Expr, { op: "binary" | "with" | "select" }>;

/** Expressions share parts. Without this cache, a deeply shared part would be visited exponentially often. */
const known = new WeakMap<Compound, Range>();

function rangeOfParts(expr: Compound): Range {
  let range = known.get(expr);
  if (range === undefined) {
    range = compute(expr);
    known.set(expr, range);
  }
  return range;
}

function compute(expr: Compound): Range {
  switch (expr.op) {
    case "with":
      return [0, 2 ** Math.max(expr.type.bits, bitsUpTo(valueRange(expr.word)[1])) - 1];
    case "select": {
      const [a, b] = valueRange(expr.then);
      const [c, d] = valueRange(expr.otherwise);
      return [Math.min(a, c), Math.max(b, d)];
    }
    case "binary":
      return binaryRange(expr.operator, valueRange(expr.left), valueRange(expr.right));
  }
}

function binaryRange(operator: BinaryOperator, [a, b]: Range, [c, d]: Range): Range {
  switch (operator) {
    case "+":
      return [a + c, b + d];
    case "-":
      return [a - d, b - c];
    case "*": {
      const products = [a * c, a * d, b * c, b * d];
      return [Math.min(...products), Math.max(...products)];
    }
    case "&":
      return a < 0 || c < 0 ? [-(2 ** 31), 2 ** 31 - 1] : [0, Math.min(b, d)];
    case "|":
      return a < 0 || c < 0 ? [-(2 ** 31), 2 ** 31 - 1] : [0, 2 ** bitsUpTo(Math.max(b, d)) - 1];
    default:
      return [0, 1];
  }
}

function bitsUpTo(max: number): number {
  return max <= 0 ? 0 : 32 - Math.clz32(max);
}

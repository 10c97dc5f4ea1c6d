/**
 * Expressions of the step language: side-effect-free, total, over 32-bit integers. The constructors fold constants. So
 * what is known while recording (an address, a feature, an actor) does not appear in the program.
 */
import {
  bool,
  type EnumType,
  fieldNamed,
  int,
  rangeOf,
  type ValueType,
  type WordField,
  type WordType,
} from "./types.ts";
import type { Variable } from "./variable.ts";

export type BinaryOperator = "+" | "-" | "*" | "&" | "|" | "==" | "!=" | "<" | "<=" | "and" | "or";

export type Expr =
  | { readonly op: "const"; readonly type: ValueType; readonly value: number }
  /**
   * A variable's element. `index` is the element's number in the variable's row-major order. If the index is out of
   * range, the smallest value of the element type is read. `old` reads the state before the step; only properties use
   * it.
   */
  | {
      readonly op: "load";
      readonly type: ValueType;
      readonly variable: Variable;
      readonly index: Expr;
      readonly old: boolean;
    }
  | {
      readonly op: "binary";
      readonly type: ValueType;
      readonly operator: BinaryOperator;
      readonly left: Expr;
      readonly right: Expr;
    }
  | { readonly op: "not"; readonly type: ValueType; readonly value: Expr }
  /** `condition ? then : otherwise`. Both sides are total, so either may be evaluated. */
  | {
      readonly op: "select";
      readonly type: ValueType;
      readonly condition: Expr;
      readonly then: Expr;
      readonly otherwise: Expr;
    }
  /** A word's field as a number. */
  | { readonly op: "field"; readonly type: ValueType; readonly word: Expr; readonly field: WordField }
  /** The word with one field replaced. The value is cut to the field's bits. */
  | {
      readonly op: "with";
      readonly type: WordType;
      readonly word: Expr;
      readonly field: WordField;
      readonly value: Expr;
    }
  /** In a step property: an argument of the property's event, by position. */
  | { readonly op: "argument"; readonly type: ValueType; readonly position: number }
  /**
   * In a step property: the actor that moves (by number), or the procedure or label of its step (literals of `type`).
   */
  | { readonly op: "step"; readonly type: ValueType; readonly part: "actor" | "procedure" | "label" };

export type Operand = Expr | number | boolean | string;

export function constant(value: number, type: ValueType = int(value, value)): Expr {
  return { op: "const", type, value };
}

/** A literal of an enumeration; -1, which no value of the type equals, for an absent one. */
export function literal(type: EnumType, name: string): Expr {
  const value = type.literals.indexOf(name);
  if (value < 0 && !type.absent?.includes(name)) throw new RangeError(`${type.name} has no literal "${name}"`);
  return constant(value, type);
}

/**
 * The same value as one of a narrower type, to which it belongs whenever it is used. The interpreter and the generated
 * code check ranges when a value is assigned.
 */
export function narrowed(value: Expr, type: ValueType): Expr {
  return { ...value, type } as Expr;
}

/** Turns a plain value into an expression. A string becomes a literal of the type that stands beside it. */
export function lift(operand: Operand, like?: ValueType): Expr {
  if (typeof operand === "number") return constant(operand);
  if (typeof operand === "boolean") return constant(operand ? 1 : 0, bool);
  if (typeof operand === "string") {
    if (like?.kind !== "enum") throw new TypeError(`"${operand}" stands beside a value that is not an enumeration`);
    return literal(like, operand);
  }
  return operand;
}

export function load(variable: Variable, index: Operand = 0, old = false): Expr {
  return { op: "load", type: variable.type, variable, index: lift(index), old };
}

export function isConstant(expr: Expr, value?: number): expr is Extract<Expr, { op: "const" }> {
  return expr.op === "const" && (value === undefined || expr.value === value);
}

function binary(operator: BinaryOperator, left: Expr, right: Expr): Expr {
  if (isConstant(left) && isConstant(right)) {
    const value = applyBinary(operator, left.value, right.value);
    return isBoolean(operator) ? constant(value, bool) : constant(value);
  }
  return { op: "binary", type: isBoolean(operator) ? bool : resultRange(operator, left, right), operator, left, right };
}

/** Whether the result is 0 or 1. */
export function isBoolean(operator: BinaryOperator): boolean {
  return !arithmetic.has(operator);
}

const arithmetic: ReadonlySet<BinaryOperator> = new Set(["+", "-", "*", "&", "|"]);

function resultRange(operator: BinaryOperator, left: Expr, right: Expr): ValueType {
  const [a, b] = rangeOf(left.type);
  const [c, d] = rangeOf(right.type);
  switch (operator) {
    case "+":
      return int(a + c, b + d);
    case "-":
      return int(a - d, b - c);
    case "*": {
      const products = [a * c, a * d, b * c, b * d];
      return int(Math.min(...products), Math.max(...products));
    }
    default: {
      if (a < 0 || c < 0) throw new RangeError(`${operator} takes no negative values`);
      const bits = 32 - Math.clz32(operator === "&" ? Math.min(b, d) : Math.max(b, d));
      return int(0, 2 ** bits - 1);
    }
  }
}

/**
 * The meaning of every binary operator, for constant folding, for the interpreter and for the tests of generated code.
 */
export function applyBinary(operator: BinaryOperator, left: number, right: number): number {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "&":
      return left & right;
    case "|":
      return left | right;
    case "==":
      return left === right ? 1 : 0;
    case "!=":
      return left !== right ? 1 : 0;
    case "<":
      return left < right ? 1 : 0;
    case "<=":
      return left <= right ? 1 : 0;
    case "and":
      return left !== 0 && right !== 0 ? 1 : 0;
    case "or":
      return left !== 0 || right !== 0 ? 1 : 0;
  }
}

export const add = (left: Operand, right: Operand): Expr => {
  const [l, r] = [lift(left), lift(right)];
  return isConstant(r, 0) ? l : isConstant(l, 0) ? r : binary("+", l, r);
};
export const subtract = (left: Operand, right: Operand): Expr => {
  const [l, r] = [lift(left), lift(right)];
  return isConstant(r, 0) ? l : binary("-", l, r);
};
export const multiply = (left: Operand, right: Operand): Expr => {
  const [l, r] = [lift(left), lift(right)];
  return isConstant(r, 1) ? l : isConstant(l, 1) ? r : binary("*", l, r);
};
export const bitAnd = (left: Operand, right: Operand): Expr => binary("&", lift(left), lift(right));
export const bitOr = (left: Operand, right: Operand): Expr => binary("|", lift(left), lift(right));

function compare(operator: "==" | "!=" | "<" | "<=", left: Operand, right: Operand): Expr {
  const l = typeof left === "object" ? left : lift(left, typeof right === "object" ? right.type : undefined);
  const r = lift(right, l.type);
  if (isAbsent(l) || isAbsent(r)) return constant(operator === "!=" ? 1 : 0, bool);
  return binary(operator, l, r);
}
const isAbsent = (expr: Expr): boolean => expr.type.kind === "enum" && isConstant(expr, -1);
export const eq = (left: Operand, right: Operand): Expr => compare("==", left, right);
export const ne = (left: Operand, right: Operand): Expr => compare("!=", left, right);
export const lt = (left: Operand, right: Operand): Expr => compare("<", left, right);
export const le = (left: Operand, right: Operand): Expr => compare("<=", left, right);
export const gt = (left: Operand, right: Operand): Expr => compare("<", right, left);
export const ge = (left: Operand, right: Operand): Expr => compare("<=", right, left);

export const not = (operand: Operand): Expr => {
  const value = lift(operand);
  if (isConstant(value)) return constant(value.value === 0 ? 1 : 0, bool);
  return value.op === "not" && value.value.type.kind === "bool" ? value.value : { op: "not", type: bool, value };
};

/** True if all are true; true for an empty list. */
export function and(...operands: readonly Operand[]): Expr {
  let result: Expr = constant(1, bool);
  for (const operand of operands.map((o) => lift(o))) {
    if (isConstant(operand)) {
      if (operand.value === 0) return constant(0, bool);
    } else result = isConstant(result) ? operand : binary("and", result, operand);
  }
  return truth(result);
}

/** True if any is true; false for an empty list. */
export function or(...operands: readonly Operand[]): Expr {
  let result: Expr = constant(0, bool);
  for (const operand of operands.map((o) => lift(o))) {
    if (isConstant(operand)) {
      if (operand.value !== 0) return constant(1, bool);
    } else result = isConstant(result) ? operand : binary("or", result, operand);
  }
  return truth(result);
}

function truth(expr: Expr): Expr {
  return expr.type.kind === "bool" ? expr : ne(expr, 0);
}

/** The sum of all; 0 for an empty list. A boolean counts as 0 or 1. */
export function sum(operands: readonly Operand[]): Expr {
  const total = operands.reduce<Expr>((subtotal, operand) => add(subtotal, operand), constant(0));
  return total.type.kind === "bool" ? select(total, 1, 0) : total;
}

export function select(condition: Operand, then: Operand, otherwise: Operand): Expr {
  const test = lift(condition);
  const t = typeof then === "object" ? then : lift(then, typeof otherwise === "object" ? otherwise.type : undefined);
  const o = lift(otherwise, t.type);
  if (isConstant(test)) return test.value !== 0 ? t : o;
  if (isConstant(t) && isConstant(o) && t.value === o.value) return t;
  return { op: "select", type: unify(t.type, o.type), condition: test, then: t, otherwise: o };
}

/** A word or an enumeration keeps its type if that type holds all values of the other. */
function unify(a: ValueType, b: ValueType): ValueType {
  if (a === b || (a.kind === "bool" && b.kind === "bool")) return a;
  const [ranges, other] = [rangeOf(a), rangeOf(b)];
  const [min, max] = [Math.min(ranges[0], other[0]), Math.max(ranges[1], other[1])];
  const holdsAll = (type: ValueType): boolean => rangeOf(type)[0] <= min && max <= rangeOf(type)[1];
  if (a.kind === "enum" && b.kind === "enum" && holdsAll(a)) return a;
  return [a, b].find((type) => type.kind === "word" && holdsAll(type)) ?? int(min, max);
}

function wordTypeOf(expr: Expr): WordType {
  if (expr.type.kind !== "word") throw new TypeError("a field of a value that is not a word");
  return expr.type;
}

/** A field of a word. */
export function field(wordExpr: Expr, name: string): Expr {
  const placed = fieldNamed(wordTypeOf(wordExpr), name);
  return extract(wordExpr, placed);
}

function extract(wordExpr: Expr, placed: WordField): Expr {
  if (placed.bits === 0) return constant(0, placed.type);
  if (isConstant(wordExpr)) return constant((wordExpr.value >>> placed.shift) & (2 ** placed.bits - 1), placed.type);
  if (wordExpr.op === "with") {
    if (wordExpr.field !== placed) return extract(wordExpr.word, placed);
    const [min, max] = rangeOf(wordExpr.value.type);
    if (min >= 0 && max < 2 ** placed.bits) return wordExpr.value;
  }
  return { op: "field", type: placed.type, word: wordExpr, field: placed };
}

/** The word with the named fields replaced. Throws a RangeError if a constant is out of its field's range. */
export function withFields(wordExpr: Expr, fields: Readonly<Record<string, Operand>>): Expr {
  const type = wordTypeOf(wordExpr);
  let result = wordExpr;
  for (const [name, operand] of Object.entries(fields)) {
    const placed = fieldNamed(type, name);
    const value = lift(operand, placed.type);
    const [min, max] = rangeOf(placed.type);
    if (isConstant(value) && (value.value < min || value.value > max))
      throw new RangeError(`${type.name}.${name} takes ${min}..${max}, not ${value.value}`);
    if (placed.bits === 0) continue;
    if (isConstant(result) && isConstant(value)) {
      const mask = (2 ** placed.bits - 1) << placed.shift;
      result = constant((result.value & ~mask) | (value.value << placed.shift), type);
    } else result = { op: "with", type, word: result, field: placed, value };
  }
  return result;
}

/** A word with the given fields; the other fields hold 0. */
export function makeWord(type: WordType, fields: Readonly<Record<string, Operand>>): Expr {
  return withFields(constant(0, type), fields);
}

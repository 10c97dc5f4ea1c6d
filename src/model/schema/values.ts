/** Lists and records of expressions, as properties see them, and the lookup of a value at a position. */
import { add, constant, type Expr, eq, isConstant, lift, type Operand, select } from "../../ir/expression.ts";
import type { SchemaList, SchemaRecord, SchemaScalar, SchemaValue } from "../../ir/schema.ts";
import { type EnumType, enumeration, int, rangeOf, type ValueType } from "../../ir/types.ts";

export const scalar = (expr: Expr): SchemaScalar => ({ kind: "scalar", expr });

export function record(name: string, fields: Readonly<Record<string, Expr>>): SchemaRecord {
  return {
    kind: "record",
    name,
    fields: Object.fromEntries(Object.entries(fields).map(([key, expr]) => [key, scalar(expr)])),
  };
}

export function list(labels: readonly string[], at: (position: Operand) => SchemaValue): SchemaList {
  return { kind: "list", length: labels.length, labels, at };
}

/** The value at a position, which may be constant or not. Beyond the end: the smallest value of the type. */
export function lookup(
  position: Operand,
  values: readonly Expr[],
  type: ValueType = values[0]?.type ?? int(0, 0),
): Expr {
  const at = lift(position);
  const beyond = constant(rangeOf(type)[0], type);
  if (isConstant(at)) return values[at.value] ?? beyond;
  return values.reduce<Expr>((otherwise, value, offset) => select(eq(at, offset), value, otherwise), beyond);
}

export function retype(expr: Expr, type: ValueType): Expr {
  return expr.op === "const" ? { ...expr, type } : ({ ...add(expr, 0), type } as Expr);
}

export function literalOf(type: EnumType, name: string): Expr {
  return constant(type.literals.indexOf(name), type);
}

export function enumerationOrEmpty(name: string, literals: readonly string[]): EnumType {
  return enumeration(name, literals.length === 0 ? ["none"] : literals);
}

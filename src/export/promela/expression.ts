/** Expressions as Promela: the same operators, with bounds where an index could leave its array. */
import { valueRange } from "../../codegen/analysis/value-range.ts";
import type { BinaryOperator, Expr } from "../../ir/expression.ts";
import { required } from "../../ir/lookup.ts";
import { rangeOf } from "../../ir/types.ts";
import type { Cell, Names } from "./names.ts";

export interface ExpressionContext {
  readonly names: Names;
  /** The saved value from before the step; undefined if the step does not change it. */
  readonly saved?: (cell: Cell) => string | undefined;
  /** In a check of an event: the variables of its arguments. */
  readonly args?: readonly string[];
  /** In a check of a step: its actor, procedure and label. */
  readonly step?: Readonly<Record<"actor" | "procedure" | "label", string>>;
  /** Parts that were evaluated before, and the variables that hold them. */
  readonly shared?: ReadonlyMap<Expr, string>;
}

const operators: Readonly<Record<BinaryOperator, string>> = {
  "+": "+",
  "-": "-",
  "*": "*",
  "&": "&",
  "|": "|",
  "==": "==",
  "!=": "!=",
  "<": "<",
  "<=": "<=",
  and: "&&",
  or: "||",
};

/** An expression that binds as tightly as a name. */
export function promela(expr: Expr, context: ExpressionContext): string {
  const kept = context.shared?.get(expr);
  if (kept !== undefined) return kept;
  const of = (part: Expr): string => promela(part, context);
  switch (expr.op) {
    case "const":
      return number(expr.value);
    case "load":
      return loadText(expr, context);
    case "binary":
      return `(${of(expr.left)} ${operators[expr.operator]} ${of(expr.right)})`;
    case "not":
      return `(!${of(expr.value)})`;
    case "select":
      return `(${of(expr.condition)} -> ${of(expr.then)} : ${of(expr.otherwise)})`;
    case "field":
      return `((${of(expr.word)} >> ${expr.field.shift}) & ${maskOf(expr)})`;
    case "with": {
      const { shift } = expr.field;
      const others = number(~(maskOf(expr) << shift));
      return `((${of(expr.word)} & ${others}) | ((${of(expr.value)} & ${maskOf(expr)}) << ${shift}))`;
    }
    case "argument":
      return required(context.args?.[expr.position], "the event that an expression speaks of");
    case "step":
      return required(context.step?.[expr.part], "the step that an expression speaks of");
  }
}

/** An index out of range reads the smallest value. */
function loadText({ variable, index, old, type }: Extract<Expr, { op: "load" }>, context: ExpressionContext): string {
  const cell = context.names.cellOf(variable);
  const name = (old ? context.saved?.(cell) : undefined) ?? cell.name;
  const stored = (at: string): string => (variable.size === 1 ? name : `${name}[${at}]`);
  const element = (at: string): string => (cell.bias === 0 ? stored(at) : `(${stored(at)} - ${cell.bias})`);
  const beyond = number(rangeOf(type)[0]);
  if (index.op === "const")
    return index.value >= 0 && index.value < variable.size ? element(number(index.value)) : beyond;
  const at = promela(index, context);
  if (indexesItself(at, name)) {
    const elements = Array.from({ length: variable.size }, (_, i) => `(${at} == ${i}) -> ${element(String(i))} : `);
    return `${elements.map((text) => `(${text}`).join("")}${beyond}${")".repeat(variable.size)}`;
  }
  const inside = insideText(at, valueRange(index), [0, variable.size - 1]);
  return inside === undefined ? element(at) : `(${inside} -> ${element(at)} : ${beyond})`;
}

/** SPIN rejects an element of an array as an index into the same array. */
export function indexesItself(index: string, name: string): boolean {
  return new RegExp(`\\b${name}\\[`).test(index);
}

/** The condition under which a value is between two others; undefined if it always is. */
export function insideText(
  value: string,
  [least, most]: readonly [number, number],
  [min, max]: readonly [number, number],
): string | undefined {
  const conditions: string[] = [];
  if (least < min) conditions.push(`${number(min)} <= ${value}`);
  if (most > max) conditions.push(`${value} <= ${number(max)}`);
  return conditions.length === 0 ? undefined : `(${conditions.join(" && ")})`;
}

export function number(value: number): string {
  return value < 0 ? `(${value})` : String(value);
}

function maskOf({ field }: Extract<Expr, { op: "field" | "with" }>): number {
  return 2 ** field.bits - 1;
}

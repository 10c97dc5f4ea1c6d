/** Expressions of the step language as WebAssembly. Every value is an i32; a condition is 0 or anything else. */
import type { Expr } from "../../../ir/expression.ts";
import { type SlotIndex, slotIndex } from "../../../ir/indices.ts";
import type { Field, Layout } from "../../../ir/layout.ts";
import { at } from "../../../ir/lookup.ts";
import { firstSlot, type Program } from "../../../ir/program.ts";
import { rangeOf } from "../../../ir/types.ts";
import { partsOf } from "../../../ir/visit.ts";
import { valueRange } from "../../analysis/value-range.ts";
import {
  add,
  after,
  and,
  choose,
  eq,
  eqz,
  i32,
  leS,
  ltS,
  ltU,
  mul,
  ne,
  or,
  select,
  set,
  shl,
  shrU,
  sub,
  type Value,
} from "../encoder/instructions.ts";
import type { FunctionScope } from "../encoder/module-builder.ts";
import { readElement, readField, type WordSource } from "./packed-words.ts";

export interface ExpressionContext {
  readonly layout: Layout;
  readonly slotOf: Program["slotOf"];
  readonly scope: FunctionScope;
  /** The state that `load` reads, and the one that `load old` reads. */
  readonly now: WordSource;
  readonly old?: WordSource;
  readonly args?: readonly Value<"i32">[];
  /** Parts whose value is already in a local. */
  readonly shared?: ReadonlyMap<Expr, Value<"i32">>;
  readonly step?: Readonly<Record<"actor" | "procedure" | "label", number>>;
}

export function compileExpression(expr: Expr, context: ExpressionContext): Value<"i32"> {
  const shared = context.shared?.get(expr);
  if (shared !== undefined) return shared;
  const compile = (part: Expr): Value<"i32"> => compileExpression(part, context);
  switch (expr.op) {
    case "const":
      return i32(expr.value);
    case "load":
      return compileLoad(expr, context);
    case "binary":
      return compileBinary(expr, context);
    case "not":
      return eqz(compile(expr.value));
    case "select": {
      const [then, otherwise] = [compile(expr.then), compile(expr.otherwise)];
      const condition = compile(expr.condition);
      // Both sides are total, so to evaluate both costs only time.
      return isCheap(expr.then) && isCheap(expr.otherwise)
        ? select(then, otherwise, condition)
        : choose(condition, then, otherwise);
    }
    case "field": {
      const { shift, bits } = expr.field;
      const shifted = shift === 0 ? compile(expr.word) : shrU(compile(expr.word), i32(shift));
      return and(shifted, i32(2 ** bits - 1));
    }
    case "with": {
      const { shift, bits } = expr.field;
      const mask = 2 ** bits - 1;
      const cleared = and(compile(expr.word), i32(~(mask << shift)));
      if (expr.value.op === "const") {
        const constant = (expr.value.value & mask) << shift;
        return constant === 0 ? cleared : or(cleared, i32(constant));
      }
      const [min, max] = valueRange(expr.value);
      const value = min >= 0 && max <= mask ? compile(expr.value) : and(compile(expr.value), i32(mask));
      return or(cleared, shift === 0 ? value : shl(value, i32(shift)));
    }
    case "argument": {
      const argument = context.args?.[expr.position];
      if (argument === undefined) throw new Error(`an expression speaks of argument ${expr.position} of no event`);
      return argument;
    }
    case "step":
      if (context.step === undefined) throw new Error("an expression speaks of a step where there is none");
      return i32(context.step[expr.part]);
  }
}

function compileLoad(expr: Extract<Expr, { op: "load" }>, context: ExpressionContext): Value<"i32"> {
  const source = expr.old ? context.old : context.now;
  if (source === undefined) throw new Error("an expression speaks of the state before a step where there is none");
  const { variable, index } = expr;
  const slot = firstSlot(context, variable);
  const smallest = i32(rangeOf(variable.type)[0]);
  if (index.op === "const") {
    if (index.value < 0 || index.value >= variable.size) return smallest;
    return readField(source, fieldOfSlot(slotIndex(slot + index.value), context));
  }
  const position = context.scope.local("i32");
  const array = context.layout.arrays.get(variable);
  const element =
    array === undefined ? readField(source, fieldOfSlot(slot, context)) : readElement(source, array, position);
  const [min, max] = valueRange(index);
  const evaluated = set(position, compileExpression(index, context));
  if (min >= 0 && max < variable.size) return after([evaluated], element);
  return after([evaluated], select(element, smallest, ltU(position, i32(variable.size))));
}

export function fieldOfSlot(slot: SlotIndex, { layout }: Pick<ExpressionContext, "layout">): Field {
  return at(layout.fields, slot);
}

function compileBinary(expr: Extract<Expr, { op: "binary" }>, context: ExpressionContext): Value<"i32"> {
  const left = compileExpression(expr.left, context);
  if (expr.operator === "and" || expr.operator === "or") return compileLogic(expr.operator, left, expr, context);
  const right = compileExpression(expr.right, context);
  switch (expr.operator) {
    case "+":
      return add(left, right);
    case "-":
      return sub(left, right);
    case "*":
      return mul(left, right);
    case "&":
      return and(left, right);
    case "|":
      return or(left, right);
    case "==":
      return expr.right.op === "const" && expr.right.value === 0 ? eqz(left) : eq(left, right);
    case "!=":
      return ne(left, right);
    case "<":
      return ltS(left, right);
    case "<=":
      return leS(left, right);
  }
}

/** A branch if the right side is expensive, bitwise logic if it is cheap. */
function compileLogic(
  operator: "and" | "or",
  left: Value<"i32">,
  expr: Extract<Expr, { op: "binary" }>,
  context: ExpressionContext,
): Value<"i32"> {
  const right = asBit(expr.right, compileExpression(expr.right, context));
  if (!isCheap(expr.right)) return operator === "and" ? choose(left, right, i32(0)) : choose(left, i32(1), right);
  return operator === "and" ? and(asBit(expr.left, left), right) : or(asBit(expr.left, left), right);
}

/** The truth of a value as 0 or 1. */
function asBit(expr: Expr, value: Value<"i32">): Value<"i32"> {
  const [min, max] = valueRange(expr);
  return min >= 0 && max <= 1 ? value : ne(value, i32(0));
}

/** Whether evaluating the expression is cheaper than a branch around it. */
function isCheap(expr: Expr): boolean {
  return sizeOf(expr, 8) < 8;
}

/** The number of operations, counted up to the limit. */
export function sizeOf(expr: Expr, limit: number): number {
  let count = 1;
  for (const part of partsOf(expr)) {
    if (count >= limit) return count;
    count += sizeOf(part, limit - count);
  }
  return count;
}

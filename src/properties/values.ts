/**
 * What a part of a property stands for while it is compiled: an expression, or a structure of expressions whose shape
 * is known. Lists have a fixed number of elements. An element of a filtered list exists if its guard is true.
 */
import { and, constant, type Expr, eq, field, isConstant, not, select } from "../ir/expression.ts";
import type { SchemaValue } from "../ir/schema.ts";
import { bool, type EnumType, formatValue, type ValueType } from "../ir/types.ts";
import type { CelNode, CelType } from "./cel.ts";

export type Value = ScalarValue | TextValue | RecordValue | ListValue | UnknownValue;

export interface ScalarValue {
  readonly kind: "scalar";
  /**
   * The type as the property sees it. The type of the expression may be narrower (a count of one guard is a boolean).
   */
  readonly type: "int" | "bool" | EnumType;
  readonly expr: Expr;
}

/** String literals that do not belong to an enumeration yet; more than one if `?:` chooses. */
export interface TextValue {
  readonly kind: "text";
  readonly literals: readonly { readonly text: string; readonly node: CelNode }[];
  /** The literal as a value of the enumeration. The enumeration must have every one of `literals`, or have it as an absent one. */
  readonly as: (type: EnumType) => Expr;
}

export interface RecordValue {
  readonly kind: "record";
  readonly name: string;
  readonly fields: readonly string[];
  readonly get: (name: string) => Value | undefined;
  /** Defined if the record's fields are the fields of one word. */
  readonly word: Expr | undefined;
}

export interface ListValue {
  readonly kind: "list";
  readonly elements: readonly Element[];
  /**
   * The element at a position that may be constant or not; undefined if elements have guards and therefore no position.
   */
  readonly at: ((position: Expr) => Value) | undefined;
  /** The shape of an element, even if the list is empty; undefined for `[]`. */
  readonly sample: Value | undefined;
}

export interface Element {
  readonly guard: Expr;
  readonly value: Value;
  readonly label: string;
}

/** Stands for a part whose error was reported already. It causes no further errors. */
export interface UnknownValue {
  readonly kind: "unknown";
}

export const unknown: UnknownValue = { kind: "unknown" };
export const yes: Expr = constant(1, bool);

export const boolean = (expr: Expr): ScalarValue => ({ kind: "scalar", type: "bool", expr });
export const integer = (expr: Expr): ScalarValue => ({ kind: "scalar", type: "int", expr });

export function fromExpr(expr: Expr): ScalarValue | RecordValue {
  switch (expr.type.kind) {
    case "int":
      return integer(expr);
    case "bool":
      return boolean(expr);
    case "enum":
      return { kind: "scalar", type: expr.type, expr };
    case "word": {
      const fields = expr.type.fields.map((f) => f.name);
      const get = (name: string) => (fields.includes(name) ? fromExpr(field(expr, name)) : undefined);
      return { kind: "record", name: expr.type.name, fields, get, word: expr };
    }
  }
}

export function fromSchema(value: SchemaValue): Value {
  switch (value.kind) {
    case "scalar":
      return fromExpr(value.expr);
    case "record":
      return record(value.name, Object.keys(value.fields), (name) => fromSchema(value.fields[name] as SchemaValue));
    case "list": {
      const elements = Array.from({ length: value.length }, (_, position) => ({
        guard: yes,
        value: fromSchema(value.at(position)),
        label: value.labels[position] ?? String(position),
      }));
      const at = (position: Expr) => fromSchema(value.at(position));
      // The first element of an empty list is beyond its end, so it is defined. It serves only as the shape of the
      // elements.
      return { kind: "list", elements, at, sample: elements[0]?.value ?? fromSchema(value.at(0)) };
    }
  }
}

/** A record whose fields are made on first use: schemas are wide, and properties read little of them. */
export function record(name: string, fields: readonly string[], make: (field: string) => Value): RecordValue {
  const made = new Map<string, Value>();
  const get = (wanted: string) => {
    if (!fields.includes(wanted)) return undefined;
    const value = made.get(wanted) ?? make(wanted);
    made.set(wanted, value);
    return value;
  };
  return { kind: "record", name, fields, get, word: undefined };
}

/** A list that a property builds. Beyond its end it reads as 0, false, or an enumeration's first literal. */
export function list(elements: readonly Element[], sample = elements[0]?.value): ListValue {
  const positioned = elements.every((element) => isConstant(element.guard, 1));
  const at = (position: Expr): Value => {
    if (sample === undefined) return unknown;
    return elements.reduce<Value>(
      (otherwise, element, index) => choose(eq(position, index), element.value, otherwise) ?? unknown,
      zero(sample),
    );
  };
  return { kind: "list", elements, at: positioned ? at : undefined, sample };
}

function zero(value: Value): Value {
  switch (value.kind) {
    case "scalar":
      return { ...value, expr: constant(0, typeof value.type === "string" ? typeOf(value.type) : value.type) };
    case "text":
      return { kind: "text", literals: [], as: (type) => constant(0, type) };
    case "record":
      if (value.word !== undefined) return fromExpr(constant(0, value.word.type));
      return record(value.name, value.fields, (name) => zero(value.get(name) ?? unknown));
    case "list":
      return list(
        value.elements.map((element) => ({ ...element, value: zero(element.value) })),
        value.sample,
      );
    case "unknown":
      return value;
  }
}

const typeOf = (type: "int" | "bool"): ValueType => (type === "bool" ? bool : constant(0).type);

/** `condition ? then : otherwise`, or undefined if the two are not of one type. */
export function choose(condition: Expr, then: Value, otherwise: Value): Value | undefined {
  if (then.kind === "unknown" || otherwise.kind === "unknown") return unknown;
  if (then.kind === "text" && otherwise.kind === "text") {
    const as = (type: EnumType) => select(condition, then.as(type), otherwise.as(type));
    return { kind: "text", literals: [...then.literals, ...otherwise.literals], as };
  }
  if (then.kind === "scalar" && otherwise.kind === "scalar") {
    if (!sameType(then.type, otherwise.type)) return undefined;
    return { ...then, expr: select(condition, then.expr, otherwise.expr) };
  }
  if (then.kind === "record" && otherwise.kind === "record") {
    if (!sameRecord(then, otherwise)) return undefined;
    if (then.word !== undefined && otherwise.word !== undefined) {
      return fromExpr(select(condition, then.word, otherwise.word));
    }
    const side = (of: RecordValue, name: string) => of.get(name) ?? unknown;
    return record(
      then.name,
      then.fields,
      (name) => choose(condition, side(then, name), side(otherwise, name)) ?? unknown,
    );
  }
  if (then.kind === "list" && otherwise.kind === "list") {
    const where = (guard: Expr, elements: readonly Element[]) =>
      elements.map((element) => ({ ...element, guard: and(guard, element.guard) }));
    const elements = [...where(condition, then.elements), ...where(not(condition), otherwise.elements)];
    return list(elements, then.sample ?? otherwise.sample);
  }
  return undefined;
}

export function sameType(left: ScalarValue["type"], right: ScalarValue["type"]): boolean {
  if (typeof left === "string" || typeof right === "string") return left === right;
  return left.name === right.name && left.literals.join("\n") === right.literals.join("\n");
}

export function sameRecord(left: RecordValue, right: RecordValue): boolean {
  return left.name === right.name && left.fields.join() === right.fields.join();
}

/** The type's name in messages. */
export function describe(value: Value): string {
  switch (value.kind) {
    case "scalar":
      return typeof value.type === "string" ? value.type : `enum ${value.type.name}`;
    case "text":
      return "string";
    case "record":
      return value.name;
    case "list":
      return value.sample === undefined ? "empty list" : `list of ${describe(value.sample)}`;
    case "unknown":
      return "unknown";
  }
}

const celTypes = new WeakMap<Value, CelType>();

/** The type as the CEL library sees it. Many properties read the same values, so it is kept. */
export function celType(value: Value): CelType {
  const type = celTypes.get(value) ?? celTypeOf(value);
  celTypes.set(value, type);
  return type;
}

function celTypeOf(value: Value): CelType {
  switch (value.kind) {
    case "scalar":
      return typeof value.type === "string" ? value.type : "string";
    case "record": {
      const fields = value.fields.map((name) => [name, celType(value.get(name) ?? unknown)] as const);
      return { record: value.name, fields: Object.fromEntries(fields) };
    }
    case "list":
      return { list: celType(value.sample ?? unknown) };
    default:
      return "string";
  }
}

/** A value as shown to a reader, in the state that `evaluate` reads; undefined if it has no short form. */
export function format(value: Value, evaluate: (expr: Expr) => number): string | undefined {
  switch (value.kind) {
    case "scalar": {
      const now = evaluate(value.expr);
      if (value.type === "bool") return now === 0 ? "false" : "true";
      if (value.type !== "int") return formatValue(value.type, now);
      return value.expr.type.kind === "int" ? formatValue(value.expr.type, now) : String(now);
    }
    case "record":
      return value.word === undefined ? undefined : formatValue(value.word.type, evaluate(value.word));
    case "list":
      return `[${value.elements
        .filter((element) => evaluate(element.guard) !== 0)
        .map((element) => (element.value.kind === "scalar" ? format(element.value, evaluate) : element.label))
        .join(", ")}]`;
    default:
      return undefined;
  }
}

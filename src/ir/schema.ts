import type { Expr, Operand } from "./expression.ts";

/** What a name in a property stands for: a value, a record of named values, or a list of alike things. */
export type SchemaValue = SchemaScalar | SchemaRecord | SchemaList;

export interface SchemaScalar {
  readonly kind: "scalar";
  readonly expr: Expr;
}

export interface SchemaRecord {
  readonly kind: "record";
  /** The type's name in diagnostics: `Page`. Records of one name have the same fields, of the same types. */
  readonly name: string;
  readonly fields: Readonly<Record<string, SchemaValue>>;
}

export interface SchemaList {
  readonly kind: "list";
  /** Number of elements, fixed. */
  readonly length: number;
  /** How elements are called in explanations. */
  readonly labels: readonly string[];
  /** The element at a position known or not; total: beyond the end every field reads its smallest value. */
  readonly at: (position: Operand) => SchemaValue;
}

/** The names that properties see, by their top-level name, in the state before (`old`) or after a step. */
export type Schema = (old: boolean) => Readonly<Record<string, SchemaValue>>;

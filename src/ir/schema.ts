import type { Expr, Operand } from "./expression.ts";

/** What a name in a property stands for: a value, a record of named values, or a list of elements of one shape. */
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
  /** The names of the elements in explanations. */
  readonly labels: readonly string[];
  /**
   * The element at a position, which may be constant or not. The function is total: beyond the end every field reads
   * its smallest value.
   */
  readonly at: (position: Operand) => SchemaValue;
}

/** The names that properties see, by their top-level name, in the state before a step (`old`) or after it. */
export type Schema = (old: boolean) => Readonly<Record<string, SchemaValue>>;

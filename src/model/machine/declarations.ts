/** Declares variables, and gives the accessors by which the model uses their elements. */
import { add, type Expr, load, multiply, type Operand } from "../../ir/expression.ts";
import type { Role, ValueType } from "../../ir/types.ts";
import { type Dimension, type Variable, type VariableOptions, variable } from "../../ir/variable.ts";

export interface Declarations {
  /** In the order of their declaration, without those that have no elements. */
  readonly variables: readonly Variable[];
  /** A variable with one element for each position of a dimension. */
  readonly one: (
    name: string,
    type: ValueType,
    dimension: Dimension,
    options?: VariableOptions,
  ) => (index: Operand) => Expr;
  /** A variable with one element for each pair of positions. */
  readonly two: (
    name: string,
    type: ValueType,
    outer: Dimension,
    inner: Dimension,
    options?: VariableOptions,
  ) => (i: Operand, j: Operand) => Expr;
}

export function beginDeclarations(): Declarations {
  const variables: Variable[] = [];
  const declare = (
    name: string,
    type: ValueType,
    dimensions: readonly Dimension[],
    options: VariableOptions = {},
  ): Variable => {
    const made = variable(name, type, { ...options, dimensions });
    if (made.size > 0) variables.push(made);
    return made;
  };
  return {
    variables,
    one: (name, type, only, options) => {
      const made = declare(name, type, [only], options);
      return (index) => load(made, index);
    },
    two: (name, type, outer, inner, options) => {
      const made = declare(name, type, [outer, inner], options);
      return (i, j) => load(made, add(multiply(i, inner.labels.length), j));
    },
  };
}

export function dimension(name: string, labels: readonly string[], roles?: readonly Role[]): Dimension {
  return { name, labels, ...(roles === undefined ? {} : { roles }) };
}

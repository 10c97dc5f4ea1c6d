/** Which elements of variables decide the value of an expression in one state. */
import { type EvaluationContext, evaluate, type State } from "./evaluate.ts";
import type { Expr } from "./expression.ts";
import type { Program } from "./program.ts";
import type { Variable } from "./variable.ts";
import { partsOf } from "./visit.ts";

export interface ElementRead {
  readonly variable: Variable;
  readonly element: number;
  /** Read in the state before the step. */
  readonly old: boolean;
}

/** Only what is evaluated: of a choice the branch that is taken, of `and` and `or` the side that decides. */
export function elementsRead(
  program: Program,
  expr: Expr,
  state: State,
  context: EvaluationContext,
): readonly ElementRead[] {
  const read = (part: Expr) => elementsRead(program, part, state, context);
  const evaluated = (part: Expr) => evaluate(program, part, state, context);
  switch (expr.op) {
    case "load": {
      const { variable, index, old } = expr;
      const element = evaluated(index);
      const own = element < 0 || element >= variable.size ? [] : [{ variable, element, old: old === true }];
      return [...own, ...read(index)];
    }
    case "select":
      return [...read(expr.condition), ...read(evaluated(expr.condition) !== 0 ? expr.then : expr.otherwise)];
    case "binary": {
      const { operator, left, right } = expr;
      if (operator !== "and" && operator !== "or") return [...read(left), ...read(right)];
      return (evaluated(left) !== 0) === (operator === "or") ? read(left) : [...read(left), ...read(right)];
    }
    default:
      return partsOf(expr).flatMap(read);
  }
}

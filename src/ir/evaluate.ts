/**
 * The meaning of expressions. Once for each program, an expression becomes nested functions, one function for each
 * node. The result is the same as walking the tree each time, in a tenth of the time.
 */
import type { BinaryOperator, Expr } from "./expression.ts";
import { required, wordAt } from "./lookup.ts";
import { firstSlot, type Program } from "./program.ts";
import { rangeOf } from "./types.ts";

/** One entry for each of `Program.slots`. */
export type State = Int32Array;

/** What an expression may read besides the state. */
export interface EvaluationContext {
  readonly old?: State;
  readonly args?: readonly number[];
  readonly step?: Readonly<Record<"actor" | "procedure" | "label", number>>;
}

type Evaluator = (state: State, context: EvaluationContext) => number;

const evaluators = new WeakMap<Program, WeakMap<Expr, Evaluator>>();
const nothing: EvaluationContext = {};

export function evaluate(program: Program, expr: Expr, state: State, context: EvaluationContext = nothing): number {
  let known = evaluators.get(program);
  if (known === undefined) {
    known = new WeakMap();
    evaluators.set(program, known);
  }
  let evaluator = known.get(expr);
  if (evaluator === undefined) {
    evaluator = evaluatorOf(program, expr);
    known.set(expr, evaluator);
  }
  return evaluator(state, context);
}

function evaluatorOf(program: Program, expr: Expr): Evaluator {
  const of = (part: Expr): Evaluator => evaluatorOf(program, part);
  switch (expr.op) {
    case "const": {
      const { value } = expr;
      return () => value;
    }
    case "load":
      return loader(program, expr);
    case "binary":
      return binary(expr.operator, of(expr.left), of(expr.right));
    case "not": {
      const value = of(expr.value);
      return (state, context) => (value(state, context) === 0 ? 1 : 0);
    }
    case "select": {
      const [condition, then, otherwise] = [of(expr.condition), of(expr.then), of(expr.otherwise)];
      return (state, context) => (condition(state, context) !== 0 ? then(state, context) : otherwise(state, context));
    }
    case "field": {
      const word = of(expr.word);
      const { shift, bits } = expr.field;
      const mask = 2 ** bits - 1;
      return (state, context) => (word(state, context) >>> shift) & mask;
    }
    case "with": {
      const [word, value] = [of(expr.word), of(expr.value)];
      const { shift, bits } = expr.field;
      const mask = 2 ** bits - 1;
      return (state, context) => (word(state, context) & ~(mask << shift)) | ((value(state, context) & mask) << shift);
    }
    case "argument":
      return (_, { args }) => required(args?.[expr.position], "the event that an expression speaks of");
    case "step":
      return (_, { step }) => required(step?.[expr.part], "the step that an expression speaks of");
  }
}

function loader(program: Program, { variable, index, old, type }: Extract<Expr, { op: "load" }>): Evaluator {
  const first = firstSlot(program, variable);
  const position = evaluatorOf(program, index);
  const { size } = variable;
  const [beyond] = rangeOf(type);
  return (state, context) => {
    const element = position(state, context);
    if (element < 0 || element >= size) return beyond;
    const from = old ? required(context.old, "the state before the step") : state;
    return wordAt(from, first + element);
  };
}

function binary(operator: BinaryOperator, left: Evaluator, right: Evaluator): Evaluator {
  switch (operator) {
    case "+":
      return (s, c) => left(s, c) + right(s, c);
    case "-":
      return (s, c) => left(s, c) - right(s, c);
    case "*":
      return (s, c) => left(s, c) * right(s, c);
    case "&":
      return (s, c) => left(s, c) & right(s, c);
    case "|":
      return (s, c) => left(s, c) | right(s, c);
    case "==":
      return (s, c) => (left(s, c) === right(s, c) ? 1 : 0);
    case "!=":
      return (s, c) => (left(s, c) !== right(s, c) ? 1 : 0);
    case "<":
      return (s, c) => (left(s, c) < right(s, c) ? 1 : 0);
    case "<=":
      return (s, c) => (left(s, c) <= right(s, c) ? 1 : 0);
    case "and":
      return (s, c) => (left(s, c) !== 0 && right(s, c) !== 0 ? 1 : 0);
    case "or":
      return (s, c) => (left(s, c) !== 0 || right(s, c) !== 0 ? 1 : 0);
  }
}

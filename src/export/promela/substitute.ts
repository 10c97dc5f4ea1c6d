/** Turns expressions over a state in the middle of a step into expressions over the state before the step. */
import { applyBinary, constant, type Expr, eq, isConstant, not, select } from "../../ir/expression.ts";
import { bool } from "../../ir/types.ts";
import type { Variable } from "../../ir/variable.ts";

/** An assignment that was made, in terms of the state before the step. */
export interface Update {
  readonly variable: Variable;
  readonly index: Expr;
  readonly value: Expr;
}

/**
 * The value of the expression after the updates. Constants are folded, because a single path determines many values.
 */
export function afterUpdates(expr: Expr, updates: readonly Update[]): Expr {
  const known = new Map<Expr, Expr>();
  const of = (part: Expr): Expr => {
    let made = known.get(part);
    if (made === undefined) {
      made = rebuild(part);
      known.set(part, made);
    }
    return made;
  };

  function rebuild(part: Expr): Expr {
    switch (part.op) {
      case "const":
      case "argument":
      case "step":
        return part;
      case "load":
        return loaded(part, of(part.index));
      case "binary": {
        const [left, right] = [of(part.left), of(part.right)];
        if (isConstant(left) && isConstant(right))
          return constant(applyBinary(part.operator, left.value, right.value), part.type);
        return { ...part, left, right };
      }
      case "not":
        return not(of(part.value));
      case "select":
        return select(of(part.condition), of(part.then), of(part.otherwise));
      case "field": {
        const word = of(part.word);
        if (isConstant(word))
          return constant((word.value >>> part.field.shift) & (2 ** part.field.bits - 1), part.type);
        return { ...part, word };
      }
      case "with":
        return { ...part, word: of(part.word), value: of(part.value) };
    }
  }

  function loaded(read: Extract<Expr, { op: "load" }>, index: Expr): Expr {
    let value: Expr = { ...read, index };
    for (const update of updates) {
      if (update.variable !== read.variable) continue;
      const same = eq(update.index, index);
      value = isConstant(same) ? (same.value !== 0 ? update.value : value) : select(same, update.value, value);
    }
    return value;
  }

  return of(expr);
}

export const always: Expr = constant(1, bool);
export const never: Expr = constant(0, bool);

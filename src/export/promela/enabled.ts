/**
 * The condition under which a step is enabled. SPIN needs it before the step's first statement, but a step may wait in
 * its middle. So the conditions of all its `await`s are combined into one condition over the state before the step.
 */
import { and, type Expr, isConstant, not, or, select } from "../../ir/expression.ts";
import { at } from "../../ir/lookup.ts";
import type { Statement } from "../../ir/statement.ts";
import { allStatements } from "../../ir/visit.ts";
import { afterUpdates, always, never, type Update } from "./substitute.ts";

export function enabledWhen(body: readonly Statement[], choice: number): Expr {
  return body.length === 0 ? never : pathOn(body, choice, []);
}

/** `rest`: the part of the choice number that is not used yet. */
function pathOn(statements: readonly Statement[], rest: number, updates: readonly Update[]): Expr {
  if (rest === 0 && !holds(statements, "await")) return always;
  if (rest !== 0 && !holds(statements, "choose")) return never;
  const [first, ...others] = statements;
  const now = (expr: Expr): Expr => afterUpdates(expr, updates);
  switch (first?.op) {
    case undefined:
      throw new Error("the step leads nowhere");
    case "assign": {
      const { target, value } = first;
      const update = { variable: target.variable, index: now(target.index), value: now(value) };
      return pathOn(others, rest, [...updates, update]);
    }
    case "if": {
      const condition = now(first.condition);
      const path = (body: readonly Statement[]): Expr => pathOn([...body, ...others], rest, updates);
      if (isConstant(condition)) return path(condition.value === 0 ? first.otherwise : first.then);
      return either(condition, path(first.then), path(first.otherwise));
    }
    case "await": {
      const condition = now(first.condition);
      return isConstant(condition, 0) ? never : and(condition, pathOn(others, rest, updates));
    }
    case "choose": {
      const { alternatives } = first;
      const { body } = at(alternatives, rest % alternatives.length);
      return pathOn([...body, ...others], Math.floor(rest / alternatives.length), updates);
    }
    case "assert":
    case "emit":
      return pathOn(others, rest, updates);
    case "goto":
      return rest === 0 ? always : never;
  }
}

export function holds(statements: readonly Statement[], ...ops: readonly Statement["op"][]): boolean {
  for (const { op } of allStatements(statements)) if (ops.includes(op)) return true;
  return false;
}

function either(condition: Expr, then: Expr, otherwise: Expr): Expr {
  if (isConstant(then) && isConstant(otherwise))
    return then.value === otherwise.value ? then : then.value !== 0 ? and(condition) : not(condition);
  if (isConstant(then)) return then.value !== 0 ? or(condition, otherwise) : and(not(condition), otherwise);
  if (isConstant(otherwise)) return otherwise.value !== 0 ? or(not(condition), then) : and(condition, then);
  return select(condition, then, otherwise);
}

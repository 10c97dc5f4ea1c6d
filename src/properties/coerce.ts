/** What a place in a property requires of the value there. */
import { type Expr, not } from "../ir/expression.ts";
import type { CelNode } from "./cel.ts";
import type { Scope } from "./scope.ts";
import { describe, integer, unknown, type Value } from "./values.ts";

/**
 * An integer. If its range exceeds what the step language can hold, that is an error, because no run could check it.
 */
export function within(node: CelNode, scope: Scope, make: () => Expr): Value {
  try {
    return integer(make());
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    scope.report(node, `the value may leave the range of numbers, -${2 ** 30} to ${2 ** 30}`);
    return unknown;
  }
}

/** The value as a condition. If it is not a condition, an error is reported and the result is false. */
export function asBool(value: Value, node: CelNode, scope: Scope): Expr {
  if (value.kind === "scalar" && value.type === "bool") return value.expr;
  if (value.kind !== "unknown") scope.report(node, `this must be true or false, but it is ${article(value)}`);
  return not(1);
}

/** The value as a number. If it is not a number, an error is reported and the result is undefined. */
export function asInt(value: Value, node: CelNode, scope: Scope): Expr | undefined {
  if (value.kind === "scalar" && value.type === "int") return value.expr;
  if (value.kind !== "unknown") scope.report(node, `this must be a number, but it is ${article(value)}`);
  return undefined;
}

/** The type's name with its article. */
export function article(value: Value): string {
  const text = describe(value);
  return `${/^[aeiouAEIOU]/.test(text) ? "an" : "a"} ${text}`;
}

/** What a place in a property demands of the value that stands there. */
import { type Expr, not } from "../ir/expression.ts";
import type { CelNode } from "./cel.ts";
import type { Scope } from "./scope.ts";
import { describe, integer, unknown, type Value } from "./values.ts";

/** An integer, unless its range leaves what the step language can hold: then an error, as no run could check it. */
export function within(node: CelNode, scope: Scope, make: () => Expr): Value {
  try {
    return integer(make());
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    scope.report(node, `the value may leave the range of numbers, -${2 ** 30} to ${2 ** 30}`);
    return unknown;
  }
}

/** The value as a condition; where it is none, that is reported and false stands in. */
export function asBool(value: Value, node: CelNode, scope: Scope): Expr {
  if (value.kind === "scalar" && value.type === "bool") return value.expr;
  if (value.kind !== "unknown") scope.report(node, `this must be true or false, but it is ${article(value)}`);
  return not(1);
}

/** The value as a number, or undefined where it is none, which is then reported. */
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

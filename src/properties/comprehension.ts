/**
 * The list macros and functions, unrolled. A list's length is known while compiling, so `all` is a conjunction, `size`
 * is a sum of guards, and `filter` is the same list with more guards.
 */
import { add, and, type Expr, eq, isConstant, not, or, select, sum } from "../ir/expression.ts";
import type { CelNode } from "./cel.ts";
import { asBool, within } from "./coerce.ts";
import { type Scope, suggestion, withLocal } from "./scope.ts";
import { boolean, describe, type Element, integer, type ListValue, list, unknown, type Value } from "./values.ts";

export type Compile = (node: CelNode, scope: Scope) => Value;

export type Method = Extract<CelNode, { op: "rcall" }>;

export const methods = ["all", "exists", "exists_one", "filter", "map", "size", "sum"] as const;

const arity: Readonly<Record<(typeof methods)[number], readonly number[]>> = {
  all: [2],
  exists: [2],
  exists_one: [2],
  filter: [2],
  map: [2, 3],
  size: [0],
  sum: [0],
};

/** `receiver.method(arguments)` on a list. */
export function compileMethod(node: Method, of: ListValue, scope: Scope, compile: Compile): Value {
  const name = methods.find((method) => method === node.args[0]);
  const given = node.args[2];
  if (name === undefined) {
    const message = `lists have no \`${node.args[0]}\`; they have ${methods.join(", ")}`;
    const start = scope.source.indexOf(node.args[0], node.args[1].end);
    scope.report({ start, end: start + node.args[0].length }, message, suggestion(node.args[0], methods));
    return unknown;
  }
  if (!arity[name].includes(given.length)) {
    scope.report(node, `\`${name}\` takes ${arity[name].join(" or ")} arguments, not ${given.length}`);
    return unknown;
  }
  switch (name) {
    case "size":
      return size(of);
    case "sum":
      return total(node, of, scope);
    case "all": {
      const bodies = predicates(of, given, scope, compile);
      return boolean(and(...bodies.map(({ element, holds }) => or(not(element.guard), holds))));
    }
    case "exists":
      return boolean(or(...predicates(of, given, scope, compile).map(both)));
    case "exists_one":
      return boolean(eq(sum(predicates(of, given, scope, compile).map(both)), 1));
    case "filter":
      return filter(of, given, scope, compile);
    case "map": {
      const source = given.length === 3 ? filter(of, given, scope, compile) : of;
      return map(source, given, scope, compile);
    }
  }
}

export function size(of: ListValue): Value {
  return integer(sum(of.elements.map((element) => element.guard)));
}

export interface Predicate {
  readonly element: Element;
  readonly scope: Scope;
  readonly holds: Expr;
}

const both = ({ element, holds }: Predicate): Expr => and(element.guard, holds);

/** The macro's condition (its second argument) for each element. */
export function predicates(
  of: ListValue,
  given: readonly CelNode[],
  scope: Scope,
  compile: Compile,
): readonly Predicate[] {
  const condition = given[1];
  if (condition === undefined) return [];
  return forEach(of, given, scope, (inner, element) => ({
    element,
    scope: inner,
    holds: asBool(compile(condition, inner), condition, inner),
  }));
}

function filter(of: ListValue, given: readonly CelNode[], scope: Scope, compile: Compile): ListValue {
  const kept = predicates(of, given, scope, compile)
    .map((predicate) => ({ ...predicate.element, guard: both(predicate) }))
    .filter((element) => !isConstant(element.guard, 0));
  return list(kept, of.sample);
}

function map(of: ListValue, given: readonly CelNode[], scope: Scope, compile: Compile): ListValue {
  const transform = given.at(-1);
  if (transform === undefined) return of;
  const value = (inner: Scope) => compile(transform, inner);
  const elements = forEach(of, given, scope, (inner, element) => ({ ...element, value: value(inner) }));
  const variable = given[0];
  const sample =
    elements[0]?.value ??
    (of.sample === undefined || variable?.op !== "id" ? undefined : value(withLocal(scope, variable.args, of.sample)));
  return list(elements, sample);
}

/**
 * Runs `body` for every element with the macro's variable bound to it. The body is checked for errors even if the list
 * is empty: whether a property is well-formed must not depend on the size of the system.
 */
function forEach<Result>(
  of: ListValue,
  given: readonly CelNode[],
  scope: Scope,
  body: (inner: Scope, element: Element) => Result,
): readonly Result[] {
  const variable = given[0];
  if (variable?.op !== "id") return [];
  if (of.elements.length === 0 && of.sample !== undefined) {
    body(withLocal(scope, variable.args, of.sample), { guard: not(1), value: of.sample, label: "" });
  }
  const results: Result[] = [];
  for (const element of of.elements) {
    if (!scope.unroll(variable)) break;
    results.push(body(withLocal(scope, variable.args, element.value), element));
  }
  return results;
}

function total(node: CelNode, of: ListValue, scope: Scope): Value {
  const sample = of.sample ?? integer(sum([]));
  if (sample.kind !== "scalar" || sample.type !== "int") {
    if (sample.kind !== "unknown") scope.report(node, `\`sum\` adds numbers, not ${describe(sample)}`);
    return unknown;
  }
  return within(node, scope, () =>
    of.elements.reduce<Expr>((sofar, { guard, value }) => {
      const expr = value.kind === "scalar" ? value.expr : sum([]);
      return add(sofar, isConstant(guard, 1) ? expr : select(guard, expr, 0));
    }, sum([])),
  );
}

/** CEL syntax to values: one case for each form of expression, errors reported to the scope. */
import {
  add,
  and,
  constant,
  type Expr,
  ge,
  gt,
  le,
  literal,
  lt,
  multiply,
  not,
  or,
  subtract,
} from "../ir/expression.ts";
import { bool } from "../ir/types.ts";
import type { CelNode } from "./cel.ts";
import { article, asBool, asInt, within } from "./coerce.ts";
import { compileMethod, size } from "./comprehension.ts";
import { checkLiterals, equal } from "./equality.ts";
import { listed, lookUp, type Scope, suggestion } from "./scope.ts";
import { sourceOf } from "./source.ts";
import { boolean, choose, describe, integer, list, unknown, type Value, yes } from "./values.ts";

export function compileNode(node: CelNode, scope: Scope): Value {
  switch (node.op) {
    case "value":
      return compileLiteral(node, scope);
    case "id":
      return lookUp(node.args, node, scope);
    case ".":
      return compileMember(node, scope);
    case "[]":
      return compileIndex(node, scope);
    case "call":
      return compileCall(node, scope);
    case "rcall":
      return compileReceiverCall(node, scope);
    case "list":
      return list(
        node.args.map((item) => ({ guard: yes, value: compileNode(item, scope), label: sourceOf(scope.source, item) })),
      );
    case "?:":
      return compileConditional(node, scope);
    case "&&":
      return boolean(and(condition(node.args[0], scope), condition(node.args[1], scope)));
    case "||":
      return boolean(or(condition(node.args[0], scope), condition(node.args[1], scope)));
    case "!_":
      return boolean(not(condition(node.args, scope)));
    case "-_":
      return compileNegation(node, scope);
    case "==":
      return boolean(compileEquality(node, scope));
    case "!=":
      return boolean(not(compileEquality(node, scope)));
    case "<":
    case "<=":
    case ">":
    case ">=":
      return compileOrder(node, scope);
    case "+":
    case "-":
    case "*":
      return compileArithmetic(node, scope);
    case "in":
      return compileIn(node, scope);
    case "/":
    case "%":
      scope.report(node, `\`${node.op}\` is not part of the property language; numbers have + - *`);
      return unknown;
    case "map":
      scope.report(node, "maps are not part of the property language");
      return unknown;
    default:
      scope.report(node, `\`${node.op}\` is not part of the property language`);
      return unknown;
  }
}

function condition(node: CelNode, scope: Scope): Expr {
  return asBool(compileNode(node, scope), node, scope);
}

function number(node: CelNode, scope: Scope): Expr | undefined {
  return asInt(compileNode(node, scope), node, scope);
}

type Node<Op extends CelNode["op"]> = Extract<CelNode, { op: Op }>;

function compileLiteral(node: Node<"value">, scope: Scope): Value {
  const value = node.args;
  if (typeof value === "boolean") return boolean(constant(value ? 1 : 0, bool));
  if (typeof value === "bigint") {
    if (value >= -(2n ** 30n) && value <= 2n ** 30n) return integer(constant(Number(value)));
    scope.report(node, `${value} is out of range; numbers go from -${2 ** 30} to ${2 ** 30}`);
    return unknown;
  }
  if (typeof value === "string") {
    // The caller has checked that the enumeration has this literal.
    return {
      kind: "text",
      literals: [{ text: value, node }],
      as: (type) => literal(type, value),
    };
  }
  const what =
    value === null ? "null" : typeof value === "number" ? "a fraction" : value instanceof Uint8Array ? "bytes" : "uint";
  scope.report(node, `${what} is not part of the property language; there are whole numbers, booleans and strings`);
  return unknown;
}

function compileMember(node: Node<".">, scope: Scope): Value {
  const [of, name] = node.args;
  const value = compileNode(of, scope);
  if (value.kind === "unknown") return unknown;
  const place = { start: node.pos, end: node.end };
  if (value.kind === "record") {
    const found = value.get(name);
    if (found !== undefined) return found;
    const message =
      value.fields.length === 0
        ? `${value.name} has no fields here, so no \`${name}\``
        : `${value.name} has no \`${name}\`; it has ${listed(name, value.fields)}`;
    scope.report(place, message, suggestion(name, value.fields));
  } else if (value.kind === "list") {
    const hint = `look at its elements: ${sourceOf(scope.source, of)}.all(x, ... x.${name} ...)`;
    scope.report(place, `a list has no \`${name}\``, hint);
  } else scope.report(place, `${article(value)} has no fields, so no \`${name}\``);
  return unknown;
}

function compileIndex(node: Node<"[]">, scope: Scope): Value {
  const [of, at] = node.args;
  const value = compileNode(of, scope);
  const position = number(at, scope);
  if (value.kind === "unknown" || position === undefined) return unknown;
  if (value.kind !== "list") {
    scope.report(node, `only lists have positions, and this is ${article(value)}`);
    return unknown;
  }
  if (value.at === undefined) {
    scope.report(node, "a filtered list has no positions; ask with exists or all");
    return unknown;
  }
  // A position that depends on the state is total. A literal beyond the end is a mistake.
  const { length } = value.elements;
  if (at.op === "value" && typeof at.args === "bigint" && at.args >= BigInt(length)) {
    const many = length === 1 ? "1 element, at position 0" : `${length} elements, from position 0`;
    scope.report(at, `there is no position ${at.args}; the list has ${many}`);
  }
  return value.at(position);
}

function compileCall(node: Node<"call">, scope: Scope): Value {
  const [name, given] = node.args;
  const [only] = given;
  if (name !== "size" || only === undefined || given.length !== 1) {
    const message =
      name === "size"
        ? "`size` takes one list"
        : `there is no function \`${name}\`; the functions are size(list) and the methods of a list: all, exists, exists_one, filter, map, sum`;
    scope.report(node, message, name === "size" ? undefined : suggestion(name, ["size"]));
    return unknown;
  }
  const of = compileNode(only, scope);
  if (of.kind === "list") return size(of);
  if (of.kind !== "unknown") scope.report(only, `\`size\` counts the elements of a list, and this is ${article(of)}`);
  return unknown;
}

function compileReceiverCall(node: Node<"rcall">, scope: Scope): Value {
  const [name, receiver] = node.args;
  const of = compileNode(receiver, scope);
  if (of.kind === "list") return compileMethod(node, of, scope, compileNode);
  if (of.kind !== "unknown") scope.report(node, `\`${name}\` applies to a list, and this is ${article(of)}`);
  return unknown;
}

function compileConditional(node: Node<"?:">, scope: Scope): Value {
  const [test, then, otherwise] = node.args;
  const when = condition(test, scope);
  const [left, right] = [compileNode(then, scope), compileNode(otherwise, scope)];
  // A string literal beside a value of an enumeration becomes a literal of that enumeration.
  const chosen = choose(when, literalBeside(left, right, scope), literalBeside(right, left, scope));
  if (chosen !== undefined) return chosen;
  scope.report(node, `both sides of \`?:\` must be of one type, not ${describe(left)} and ${describe(right)}`);
  return unknown;
}

function literalBeside(value: Value, beside: Value, scope: Scope): Value {
  if (value.kind !== "text" || beside.kind !== "scalar" || typeof beside.type === "string") return value;
  return checkLiterals(beside.type, value, scope) ? { ...beside, expr: value.as(beside.type) } : unknown;
}

function compileNegation(node: Node<"-_">, scope: Scope): Value {
  const value = number(node.args, scope);
  return value === undefined ? unknown : within(node, scope, () => subtract(0, value));
}

function compileEquality(node: Node<"==" | "!=">, scope: Scope): Expr {
  const [left, right] = [compileNode(node.args[0], scope), compileNode(node.args[1], scope)];
  return equal(left, right, scope, node);
}

function compileOrder(node: Node<"<" | "<=" | ">" | ">=">, scope: Scope): Value {
  const [left, right] = [number(node.args[0], scope), number(node.args[1], scope)];
  if (left === undefined || right === undefined) return boolean(not(1));
  return boolean({ "<": lt, "<=": le, ">": gt, ">=": ge }[node.op](left, right));
}

function compileArithmetic(node: Node<"+" | "-" | "*">, scope: Scope): Value {
  const [left, right] = [number(node.args[0], scope), number(node.args[1], scope)];
  if (left === undefined || right === undefined) return unknown;
  return within(node, scope, () => ({ "+": add, "-": subtract, "*": multiply })[node.op](left, right));
}

function compileIn(node: Node<"in">, scope: Scope): Value {
  const [value, of] = [compileNode(node.args[0], scope), compileNode(node.args[1], scope)];
  if (of.kind === "unknown") return boolean(not(1));
  if (of.kind !== "list") {
    scope.report(node.args[1], `\`in\` searches a list, and this is ${article(of)}`);
    return boolean(not(1));
  }
  if (of.elements.length === 0 && of.sample !== undefined) equal(value, of.sample, scope, node);
  return boolean(or(...of.elements.map((element) => and(element.guard, equal(value, element.value, scope, node)))));
}

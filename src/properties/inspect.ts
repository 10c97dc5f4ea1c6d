import { type Expr, isConstant } from "../ir/expression.ts";
import type { CelNode } from "./cel.ts";
import { compileNode } from "./compile-node.ts";
import type { Scope } from "./scope.ts";
import { sourceOf } from "./source.ts";
import { format } from "./values.ts";

/** A part of a property and its value. */
export interface Shown {
  readonly text: string;
  readonly value: string;
}

/**
 * The values that a reader wants beside a part: for a comparison its two sides, for a sum the sum and its terms, and so
 * on.
 */
export function inspect(node: CelNode, scope: Scope, evaluate: (expr: Expr) => number): readonly Shown[] {
  const look = (part: CelNode): readonly Shown[] => inspect(part, scope, evaluate);
  switch (node.op) {
    case "value":
      return [];
    case "==":
    case "!=":
    case "<":
    case "<=":
    case ">":
    case ">=":
    case "in":
    case "&&":
    case "||":
      return node.args.flatMap(look);
    case "list":
      return node.args.flatMap(look);
    case "!_":
      return look(node.args);
    case "+":
      // `a + b + c` is `(a + b) + c`, but readers do not need the value of `a + b`.
      return [...whole(), ...termsOf(node).flatMap(look)];
    case "-_":
    case "-":
    case "*":
      return [...whole(), ...[node.args].flat().flatMap(look)];
    case "?:": {
      const [test, then, otherwise] = node.args;
      const value = compileNode(test, scope);
      const taken = value.kind === "scalar" && evaluate(value.expr) !== 0 ? then : otherwise;
      return [...look(test), ...look(taken)];
    }
    case "call":
      return [...whole(), ...node.args[1].flatMap(look)];
    case "rcall": {
      const [name, receiver] = node.args;
      return name === "size" || name === "sum" ? [...whole(), ...look(receiver)] : whole();
    }
    case "[]":
    case ".":
      return [...whole(), ...positions(node)];
    default:
      return whole();
  }

  function whole(): readonly Shown[] {
    const of = compileNode(node, scope);
    // A list of the state tells nothing by itself: it always has the same elements.
    if (of.kind === "list" && node.op !== "rcall") return [];
    const value = format(of, evaluate);
    return value === undefined ? [] : [{ text: sourceOf(scope.source, node), value }];
  }

  /** The positions along a path such as `pages[event.page].refcount`. */
  function positions(path: CelNode): readonly Shown[] {
    if (path.op === ".") return positions(path.args[0]);
    if (path.op !== "[]") return [];
    const [of, at] = path.args;
    const position = compileNode(at, scope);
    const known = position.kind === "scalar" && isConstant(position.expr);
    return [...positions(of), ...(known ? [] : look(at))];
  }
}

function termsOf(node: CelNode): readonly CelNode[] {
  return node.op === "+" ? node.args.flatMap(termsOf) : [node];
}

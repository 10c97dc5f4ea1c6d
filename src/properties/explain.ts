/**
 * Why a property is false in one state, or a `sometimes` condition true: the smallest part that decides it, with the
 * values in that part. The syntax tree is walked again, and only the parts on the path are compiled again: nothing is
 * kept for this while a search runs.
 */
import type { Expr } from "../ir/expression.ts";
import type { CelNode } from "./cel.ts";
import { asBool } from "./coerce.ts";
import { compileNode } from "./compile-node.ts";
import { type Method, predicates } from "./comprehension.ts";
import { inspect, type Shown } from "./inspect.ts";
import type { Scope } from "./scope.ts";
import { sourceOf } from "./source.ts";

export interface Explanation {
  /** The part's source text. */
  readonly text: string;
  /** The value of the part, which decides the value of the whole. */
  readonly is: boolean;
  /** The elements that the macros around the part had reached, outermost first. */
  readonly bindings: readonly { readonly name: string; readonly label: string }[];
  readonly values: readonly Shown[];
  /** What was evaluated for `values`, and why the elements that `bindings` name are in their lists. */
  readonly read: readonly Expr[];
}

export type Evaluate = (expr: Expr) => number;

interface Finding extends Omit<Explanation, "text" | "read"> {
  readonly node: CelNode;
}

/** More values than this explain nothing. */
const maxValues = 8;

/** Why `node` has the value that it has in the state that `evaluate` reads. */
export function explainValue(node: CelNode, scope: Scope, evaluate: Evaluate): Explanation {
  const read = new Set<Expr>();
  const finding = blame(node, scope, !isTrue(node, scope));
  const { is, bindings } = finding;
  return {
    text: sourceOf(scope.source, finding.node),
    is,
    bindings,
    values: distinct(finding.values),
    read: [...read],
  };

  /** Finds why `part` does not have the expected value. */
  function blame(part: CelNode, inside: Scope, expected: boolean): Finding {
    switch (part.op) {
      case "!_": {
        const inner = blame(part.args, inside, !expected);
        // `!p.locked` is easier to read as a whole than `p.locked`, which "is true".
        return inner.node === part.args ? { ...inner, node: part, is: !expected } : inner;
      }
      case "&&":
      case "||": {
        const [left, right] = part.args;
        // One side decides a false conjunction or a true disjunction. In the opposite case both sides are the cause.
        if ((part.op === "&&") === expected) {
          return blame(isTrue(left, inside) !== expected ? left : right, inside, expected);
        }
        return merge(part, inside, expected, [blame(left, inside, expected), blame(right, inside, expected)]);
      }
      case "?:": {
        const [test, then, otherwise] = part.args;
        const taken = isTrue(test, inside) ? then : otherwise;
        return merge(part, inside, expected, [leaf(test, inside, expected), blame(taken, inside, expected)]);
      }
      case "rcall":
        return blameMacro(part, inside, expected);
      default:
        return leaf(part, inside, expected);
    }
  }

  function blameMacro(part: Method, inside: Scope, expected: boolean): Finding {
    const [name, receiver, given] = part.args;
    const [variable, body] = given;
    const of = compileNode(receiver, inside);
    if (of.kind !== "list" || variable?.op !== "id" || body === undefined) return leaf(part, inside, expected);
    if (name !== "all" && name !== "exists" && name !== "exists_one") return leaf(part, inside, expected);

    const present = predicates(of, given, inside, compileNode).filter(({ element }) => evaluate(element.guard) !== 0);
    const binding = (label: string) => ({ name: variable.args, label });
    const bodyOf = (at: (typeof present)[number]): Finding => {
      const found = blame(body, at.scope, expected);
      read.add(at.element.guard);
      return { ...found, bindings: [binding(at.element.label), ...found.bindings] };
    };
    if ((name === "all") === expected && name !== "exists_one") {
      const culprit = present.find(({ holds }) => (evaluate(holds) !== 0) !== expected);
      return culprit === undefined ? leaf(part, inside, expected) : bodyOf(culprit);
    }
    if (name === "exists" && present.length <= maxValues / 2) {
      const parts = present.map(bodyOf);
      return merge(part, inside, expected, parts.length > 0 ? parts : [leaf(receiver, inside, expected)]);
    }
    const source = (of: CelNode) => sourceOf(inside.source, of);
    const matching = present.filter(({ holds }) => evaluate(holds) !== 0).map(({ element }) => element.label);
    const text = `${source(receiver)}.filter(${variable.args}, ${source(body)})`;
    return {
      node: part,
      is: !expected,
      bindings: [],
      values: [{ text, value: `[${matching.join(", ")}]` }],
    };
  }

  function merge(part: CelNode, inside: Scope, expected: boolean, parts: readonly Finding[]): Finding {
    const bound = parts.filter((finding) => finding.bindings.length > 0);
    // If only one side has bindings, their names are clear. If both have some, each value says to which it belongs.
    const bindings = bound.length === 1 && parts.length > 1 ? (bound[0]?.bindings ?? []) : [];
    const values = parts.flatMap((finding) => {
      if (finding.bindings.length === 0 || bindings.length > 0) return finding.values;
      const where = finding.bindings.map(({ name, label }) => `${name} = ${label}`).join(", ");
      return finding.values.map(({ text, value }) => ({ text: `${text} (${where})`, value }));
    });
    return values.length > 0 ? { node: part, is: !expected, bindings, values } : leaf(part, inside, expected);
  }

  function leaf(part: CelNode, inside: Scope, expected: boolean): Finding {
    return { node: part, is: !expected, bindings: [], values: inspect(part, inside, recorded) };
  }

  function recorded(expr: Expr): number {
    read.add(expr);
    return evaluate(expr);
  }

  function isTrue(part: CelNode, inside: Scope): boolean {
    return evaluate(asBool(compileNode(part, inside), part, inside)) !== 0;
  }
}

function distinct(values: readonly Shown[]): readonly Shown[] {
  const byText = new Map(values.map((shown) => [shown.text, shown]));
  return [...byText.values()].slice(0, maxValues);
}

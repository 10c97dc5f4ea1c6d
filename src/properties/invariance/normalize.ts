/** From the expressions of the step language to their normal form in one program. */
import type { BinaryOperator, Expr } from "../../ir/expression.ts";
import { type SlotIndex, slotIndex } from "../../ir/indices.ts";
import { at } from "../../ir/lookup.ts";
import { firstSlot, type Program } from "../../ir/program.ts";
import { rangeOf } from "../../ir/types.ts";
import type { Node, NormalForms, Range } from "./normal-form.ts";

/** The arguments of an event are not checked against the range of the parameter's type. */
const anything: Range = [-(2 ** 30), 2 ** 30];

export function rangeOfSlot({ slots }: Program, slot: SlotIndex): Range {
  const { min, max } = at(slots, slot);
  return [min, max];
}

export function normalizerOf(program: Program, forms: NormalForms): (expr: Expr) => Node {
  const known = new Map<Expr, Node>();

  function normal(expr: Expr): Node {
    let node = known.get(expr);
    if (node === undefined) {
      node = made(expr);
      known.set(expr, node);
    }
    return node;
  }

  function made(expr: Expr): Node {
    switch (expr.op) {
      case "const":
        return forms.constant(expr.value);
      case "load":
        return loaded(expr);
      case "binary":
        return binary(expr.operator, operandsOf(expr).map(normal));
      case "not":
        return forms.not(normal(expr.value));
      case "select":
        return forms.select(normal(expr.condition), normal(expr.then), normal(expr.otherwise));
      case "field":
        return forms.field(normal(expr.word), expr.field.shift, expr.field.bits);
      case "with":
        return forms.withField(normal(expr.word), expr.field.shift, expr.field.bits, normal(expr.value));
      case "argument":
        return forms.argument(expr.position, anything);
      case "step":
        return forms.step(expr.part, anything);
    }
  }

  function loaded({ variable, index, old, type }: Extract<Expr, { op: "load" }>): Node {
    const first = firstSlot(program, variable);
    const position = normal(index);
    const [beyond] = rangeOf(type);
    const { size } = variable;
    if (position.op !== "const") return forms.element({ first, size, beyond, old }, position, rangeOf(variable.type));
    if (position.value < 0 || position.value >= size) return forms.constant(beyond);
    const slot = slotIndex(first + position.value);
    return forms.slot(slot, old, rangeOfSlot(program, slot));
  }

  function binary(operator: BinaryOperator, operands: readonly Node[]): Node {
    const [left, right] = operands as [Node, Node];
    switch (operator) {
      case "+":
        return forms.sum(operands.map((node) => ({ node, times: 1 })));
      case "-":
        return forms.sum([
          { node: left, times: 1 },
          { node: right, times: -1 },
        ]);
      case "*":
        return forms.product(left, right);
      case "&":
      case "|":
        return forms.bits(operator, left, right);
      case "==":
        return forms.equal(left, right);
      case "!=":
        return forms.not(forms.equal(left, right));
      case "<":
        return forms.less(left, right);
      case "<=":
        return forms.not(forms.less(right, left));
      case "and":
        return forms.and(operands);
      case "or":
        return forms.or(operands);
    }
  }

  /** Unrolled macros are long chains that lean to the left. */
  function operandsOf(expr: Extract<Expr, { op: "binary" }>): readonly Expr[] {
    const { operator } = expr;
    if (operator !== "+" && operator !== "and" && operator !== "or") return [expr.left, expr.right];
    const operands: Expr[] = [];
    let rest: Expr = expr;
    while (rest.op === "binary" && rest.operator === operator && !known.has(rest)) {
      operands.push(rest.right);
      rest = rest.left;
    }
    return [...operands, rest];
  }

  return normal;
}

/** Which words cannot be 0 if an expression is true, or if it is false. */
import type { Node } from "./normal-form.ts";

/** Words. */
export type Facts = ReadonlySet<Node>;

const none: Facts = new Set();

export function whereTrue(node: Node): Facts {
  switch (node.op) {
    case "and":
      return new Set(node.parts.flatMap((part) => [...whereTrue(part)]));
    case "or":
      return common(node.parts.map(whereTrue));
    case "not":
      return whereFalse(node.value);
    case "field":
      return new Set([node.word]);
    case "==": {
      const [value, fixed] = sidesOf(node);
      return value.op === "field" && fixed.op === "const" && fixed.value !== 0 ? new Set([value.word]) : none;
    }
    default:
      return none;
  }
}

export function whereFalse(node: Node): Facts {
  switch (node.op) {
    case "and":
      return common(node.parts.map(whereFalse));
    case "or":
      return new Set(node.parts.flatMap((part) => [...whereFalse(part)]));
    case "not":
      return whereTrue(node.value);
    case "==": {
      const [value, fixed] = sidesOf(node);
      return value.op === "field" && fixed.op === "const" && fixed.value === 0 ? new Set([value.word]) : none;
    }
    default:
      return none;
  }
}

function sidesOf({ left, right }: Extract<Node, { op: "==" }>): readonly [Node, Node] {
  return left.op === "const" ? [right, left] : [left, right];
}

function common([first = none, ...others]: readonly Facts[]): Facts {
  return new Set([...first].filter((word) => others.every((facts) => facts.has(word))));
}

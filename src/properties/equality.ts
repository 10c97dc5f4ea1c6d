import { and, constant, type Expr, eq, isConstant } from "../ir/expression.ts";
import { bool, type EnumType } from "../ir/types.ts";
import type { CelNode } from "./cel.ts";
import { listed, type Scope, suggestion } from "./scope.ts";
import {
  describe,
  type ListValue,
  type RecordValue,
  type ScalarValue,
  sameRecord,
  sameType,
  type TextValue,
  unknown,
  type Value,
} from "./values.ts";

const no: Expr = constant(0, bool);

/**
 * Whether two values are equal. If they cannot be compared, an error is reported at `node` and they count as unequal.
 */
export function equal(left: Value, right: Value, scope: Scope, node: CelNode): Expr {
  if (left.kind === "unknown" || right.kind === "unknown") return no;
  if (left.kind === "scalar" && right.kind === "text") return equalToText(left, right, scope, node);
  if (left.kind === "text" && right.kind === "scalar") return equalToText(right, left, scope, node);
  if (left.kind === "scalar" && right.kind === "scalar") {
    if (sameType(left.type, right.type)) return eq(left.expr, right.expr);
  } else if (left.kind === "record" && right.kind === "record") {
    if (sameRecord(left, right)) return equalRecords(left, right, scope, node);
  } else if (left.kind === "list" && right.kind === "list") return equalLists(left, right, scope, node);
  if (left.kind === "text" && right.kind === "text") {
    scope.report(node, "this compares two strings; one side must be a value of the state");
  } else scope.report(node, `cannot compare ${describe(left)} with ${describe(right)}`);
  return no;
}

function equalToText(value: ScalarValue, text: TextValue, scope: Scope, node: CelNode): Expr {
  const type = value.type;
  if (typeof type === "string") {
    scope.report(node, `cannot compare ${type} with a string`);
    return no;
  }
  return checkLiterals(type, text, scope) ? eq(value.expr, text.as(type)) : no;
}

/**
 * Reports each literal that the enumeration does not have in any program. To CEL they are all strings, and a misspelt
 * one would never be equal.
 */
export function checkLiterals(type: EnumType, text: TextValue, scope: Scope): boolean {
  const literals = [...type.literals, ...(type.absent ?? [])];
  const wrong = text.literals.filter((literal) => !literals.includes(literal.text));
  for (const { text: literal, node } of wrong) {
    const known = listed(literal, literals, (name) => `"${name}"`);
    const meant = suggestion(literal, literals)?.replaceAll("`", '"');
    scope.report(node, `${type.name} is never "${literal}"; it is one of ${known}`, meant, {
      of: type.name,
      text: literal,
    });
  }
  return wrong.length === 0;
}

function equalRecords(left: RecordValue, right: RecordValue, scope: Scope, node: CelNode): Expr {
  if (left.word !== undefined && right.word !== undefined) return eq(left.word, right.word);
  const field = (of: RecordValue, name: string) => of.get(name) ?? unknown;
  return and(...left.fields.map((name) => equal(field(left, name), field(right, name), scope, node)));
}

function equalLists(left: ListValue, right: ListValue, scope: Scope, node: CelNode): Expr {
  const filtered = [...left.elements, ...right.elements].some((element) => !isConstant(element.guard, 1));
  if (filtered) scope.report(node, "filtered lists cannot be compared; compare their sizes");
  const pairs = left.elements.map((element, index) =>
    equal(element.value, right.elements[index]?.value ?? element.value, scope, node),
  );
  return left.elements.length === right.elements.length ? and(...pairs) : no;
}

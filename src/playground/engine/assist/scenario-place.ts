/** What kind of text a string of a scenario holds. */
import type { Path } from "../../../spec/source-file.ts";
import type { ExpressionKind } from "./expression-values.ts";
import type { Names } from "./names.ts";
import { valueAt } from "./read.ts";

export type TextKind =
  | { readonly kind: "expression"; readonly expression: ExpressionKind }
  | { readonly kind: "edit" }
  | { readonly kind: "name" };

export function kindOfText(path: Path, scenario: unknown, names: Names): TextKind {
  const [top, , third] = path;
  const last = path.at(-1);
  const isExpression =
    (top === "properties" && path.length === 3 && (last === "expr" || last === "premise")) ||
    (top === "sometimes" && path.length === 3 && last === "expr");
  if (isExpression) {
    const on = top === "properties" ? valueAt(scenario, [...path.slice(0, -1), "on"]) : undefined;
    return { kind: "expression", expression: { names, on: typeof on === "string" ? on : undefined } };
  }
  const isEdit =
    (top === "edits" && path.length === 2) || (top === "kernels" && third === "edits" && path.length === 4);
  return isEdit ? { kind: "edit" } : { kind: "name" };
}

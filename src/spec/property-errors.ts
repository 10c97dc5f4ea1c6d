/** Errors inside the CEL texts of a spec file, with their place in the file. */
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Issue } from "../properties/cel.ts";
import type { DefinitionIssue } from "../properties/definition.ts";
import { diagnosticAt, type Path, spanOf } from "./source-file.ts";
import type { Spec } from "./spec.ts";

/** The name of a property or a `sometimes` condition of the file. */
export type ExpressionOwner = { readonly property: string } | { readonly sometimes: string };

export function specErrorsForProperty(
  spec: Spec,
  owner: ExpressionOwner,
  issues: readonly (Issue | DefinitionIssue)[],
): readonly Diagnostic[] {
  const path = pathOf(spec, owner);
  return issues.map((issue) => {
    const part = "part" in issue ? issue.part : "expr";
    const span = spanOf(spec.source, [...path, part], issue.offset, issue.length);
    const { message, hint } = issue;
    return diagnosticAt(spec.source, span, { code: "spec/property-expression", message, hint });
  });
}

function pathOf(spec: Spec, owner: ExpressionOwner): Path {
  if ("sometimes" in owner) return ["sometimes", spec.sometimes.findIndex(({ name }) => name === owner.sometimes)];
  const path = spec.propertyPaths.get(owner.property);
  // The texts of built-in properties are ours. An error in one is a bug without a position in the spec.
  if (path === undefined) throw new Error(`${owner.property} is no property of ${spec.file}`);
  return path;
}

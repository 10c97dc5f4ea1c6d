/** Which of a program's symmetries a search can use, and which expressions prevent the others. */
import type { Expr } from "../ir/expression.ts";
import type { Program, Symmetry } from "../ir/program.ts";
import type { Property } from "../ir/property.ts";
import type { PropertyDefinition } from "../properties/definition.ts";
import { distinguisherOf } from "../properties/invariance/tells-apart.ts";
import type { Distinguishing, SymmetryLeftOut } from "../reporters/report.ts";

/** A property or required state: its text, and compiled. */
export interface Asked {
  readonly kind: Distinguishing["kind"];
  readonly definition: PropertyDefinition;
  readonly property: Property;
}

interface Sorted {
  readonly symmetries: readonly Symmetry[];
  readonly leftOut: readonly SymmetryLeftOut[];
}

export function sortSymmetries(program: Program, asked: readonly Asked[]): Sorted {
  const tellsApart = distinguisherOf(program);
  const texts = asked.flatMap(textsOf);
  const symmetries: Symmetry[] = [];
  const leftOut: SymmetryLeftOut[] = [];
  for (const symmetry of program.symmetries) {
    const telling = texts.filter(({ compiled, event }) => tellsApart(compiled, event, symmetry));
    const because = telling.map(({ kind, name, expr }) => ({ kind, name, expr }));
    if (because.length === 0) symmetries.push(symmetry);
    else leftOut.push({ name: symmetry.name, elements: symmetry.elements, because });
  }
  return { symmetries, leftOut };
}

interface Text extends Distinguishing {
  readonly compiled: Expr;
  readonly event: string | undefined;
}

/** Compiled checks stand in the order of their definitions. */
function textsOf({ kind, definition: { name, checks }, property }: Asked): readonly Text[] {
  return checks.flatMap((written, position): readonly Text[] => {
    const check = property.checks[position];
    if (written.kind !== "state" && written.kind !== "step") return [];
    if (check?.kind !== "state" && check?.kind !== "step") return [];
    const event = check.kind === "step" ? check.event : undefined;
    const text = (expr: string | undefined, compiled: Expr | undefined): readonly Text[] =>
      expr === undefined || compiled === undefined ? [] : [{ kind, name, expr, compiled, event }];
    return [...text(written.premise, check.premise), ...text(written.expr, check.condition)];
  });
}

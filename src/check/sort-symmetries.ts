/** Which of a program's symmetries a search can use, and which expressions prevent the others. */
import { type Edit, printEdit } from "../edits/edit.ts";
import type { Expr } from "../ir/expression.ts";
import type { Program, Symmetry } from "../ir/program.ts";
import { hasCheck, type Property } from "../ir/property.ts";
import type { PropertyDefinition } from "../properties/definition.ts";
import { distinguisherOf } from "../properties/invariance/tells-apart.ts";
import type { Distinguishing, SymmetryLeftOut } from "../reporters/report.ts";

/** A property or required state: its text, and compiled. */
export interface Asked {
  readonly kind: "property" | "sometimes";
  readonly definition: PropertyDefinition;
  readonly property: Property;
}

interface Sorted {
  readonly symmetries: readonly Symmetry[];
  readonly leftOut: readonly SymmetryLeftOut[];
}

/**
 * Elements are only alike if no step takes the element that an empty word names, which is always the first one. The
 * model takes none: where it reads the page of an entry, the entry is not empty. An edit can change that, in the edited
 * step or in another one, for example if it drops a lock or a recheck. So an edited program keeps only the symmetries
 * of actors, which no word names.
 */
export function sortSymmetries(program: Program, asked: readonly Asked[], edits: readonly Edit[]): Sorted {
  const tellsApart = distinguisherOf(program);
  const texts = asked.flatMap(textsOf);
  const symmetries: Symmetry[] = [];
  const leftOut: SymmetryLeftOut[] = [];
  for (const symmetry of program.symmetries) {
    const telling = texts.filter(({ compiled, event }) => tellsApart(compiled, event, symmetry));
    const isOfWords = symmetry.uses.some(({ field }) => field !== undefined);
    const because: readonly Distinguishing[] = [
      ...telling.map(({ kind, name, expr }) => ({ kind, name, expr })),
      ...(symmetry.actors === undefined ? [] : asked.flatMap(followingActors)),
      ...(isOfWords
        ? edits.map((edit) => ({ kind: "edit", name: "an edited step", expr: printEdit(edit) }) as const)
        : []),
    ];
    if (because.length === 0) symmetries.push(symmetry);
    else leftOut.push({ name: symmetry.name, elements: symmetry.elements, because });
  }
  return { symmetries, leftOut };
}

/** Whether a loop is fair depends on which actor moves at each of its steps, and the stored forms exchange actors. */
function followingActors({ kind, definition: { name }, property }: Asked): readonly Distinguishing[] {
  return hasCheck(property, "ends-together") ? [{ kind, name, expr: "which actor moves" }] : [];
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

import { at } from "../ir/lookup.ts";
import type { ModelBuilder } from "../model/model-builder.ts";
import { listProcedures } from "../model/procedures.ts";
import { anonymiser } from "../model/scenario/anonymous-labels.ts";
import { scenariosOfEverything } from "../model/scenario/everything.ts";
import type { Line } from "./line.ts";

/**
 * Procedures as they come; in each, the calls of the notifier and then the steps in the order of the code. A step that
 * only an added feature brings has no place in that order, and comes before them.
 */
export function inCodeOrder<T extends { readonly line: Line }>(
  answers: readonly T[],
  outlineOperations: ModelBuilder["outlineOperations"],
): readonly T[] {
  const rename = anonymiser(at(scenariosOfEverything(), 0));
  const procedures = listProcedures(outlineOperations);
  const stepsOf = new Map(procedures.map(({ name, steps }) => [name, steps.map(({ label }) => rename(label))]));
  const positionOf = ({ line: { procedure, label } }: T): number =>
    label === undefined ? -1 : (stepsOf.get(procedure)?.indexOf(label) ?? -1);
  const named = [...new Set(answers.map(({ line }) => line.procedure))];
  return named.flatMap((name) =>
    answers.filter(({ line }) => line.procedure === name).sort((one, other) => positionOf(one) - positionOf(other)),
  );
}

/** The lines of a procedure that can be taken away on a kernel. */
import { recordedSteps } from "../edits/procedure-effects.ts";
import { at } from "../ir/lookup.ts";
import type { StepNode } from "../ir/recorder.ts";
import type { ModelBuilder } from "../model/model-builder.ts";
import { frameOf } from "../model/procedures.ts";
import { anonymiser } from "../model/scenario/anonymous-labels.ts";
import { scenariosOfEverything } from "../model/scenario/everything.ts";
import type { KernelVersion } from "../model/versions/rows.ts";
import { type Line, lineOfCallTo, lineOfStep, nameOf } from "./line.ts";
import { lineEffectsOf } from "./line-effects.ts";

export function linesOfProcedure(
  procedure: string,
  kernel: KernelVersion,
  outlineOperations: ModelBuilder["outlineOperations"],
): readonly Line[] {
  const rename = anonymiser(at(scenariosOfEverything(), 0));
  const lines = new Map<string, Line>();
  const callIn = (step: StepNode): Line | undefined => {
    const line = lineOfCallTo(step);
    return line?.procedure === procedure ? line : undefined;
  };
  const isWanted = (step: StepNode) => frameOf(step).procedure === procedure || callIn(step) !== undefined;
  for (const step of recordedSteps(isWanted, kernel, outlineOperations)) {
    const call = callIn(step);
    const effects = frameOf(step).procedure === procedure ? lineEffectsOf(step.body, "actor") : [];
    const own = effects.map((effect) => lineOfStep(procedure, rename(step.label), effect));
    for (const line of call === undefined ? own : [call, ...own]) lines.set(nameOf(line), line);
  }
  return [...lines.values()];
}

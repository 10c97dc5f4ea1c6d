/** The lines of a procedure that can be taken away on a kernel, in the order of the code. */
import { effectsOf } from "../edits/effects.ts";
import { type OutlineOperations, recordedSteps } from "../edits/procedure-effects.ts";
import { at } from "../ir/lookup.ts";
import type { StepNode } from "../ir/recorder.ts";
import { frameOf } from "../model/procedures.ts";
import { anonymiser } from "../model/scenario/anonymous-labels.ts";
import { scenariosOfEverything } from "../model/scenario/everything.ts";
import type { KernelVersion } from "../model/versions/rows.ts";
import { type Line, lineOfCall, lineOfStep, nameOf } from "./line.ts";

export function linesOfProcedure(
  procedure: string,
  kernel: KernelVersion,
  outlineOperations: OutlineOperations,
): readonly Line[] {
  const rename = anonymiser(at(scenariosOfEverything(), 0));
  const lines = new Map<string, Line>();
  const isWanted = (step: StepNode) => frameOf(step).procedure === procedure || callFrom(procedure, step) !== undefined;
  for (const step of recordedSteps(isWanted, kernel, outlineOperations)) {
    const call = callFrom(procedure, step);
    const effects = frameOf(step).procedure === procedure ? effectsOf(step.body, "actor") : [];
    const own = effects.map((effect) => lineOfStep(procedure, rename(step.label), effect));
    for (const line of call === undefined ? own : [call, ...own]) lines.set(nameOf(line), line);
  }
  return [...lines.values()];
}

function callFrom(procedure: string, { stack }: StepNode): Line | undefined {
  const [caller, callee] = stack.slice(-2);
  return caller?.procedure === procedure && callee !== undefined ? lineOfCall(procedure, callee.procedure) : undefined;
}

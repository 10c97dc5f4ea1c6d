/** The steps of all runs of the library, without their bodies. */
import type { StepNode } from "../../src/ir/recorder.ts";
import { stepsOfActors } from "../../src/model/build-model.ts";
import { oncePerModel } from "./once-per-model.ts";
import { libraryRuns, type Run } from "./runs.ts";

let recorded: ReadonlyMap<Run, readonly StepNode[]> | undefined;

/** Runs for which the model would record the same share a list. Takes some seconds, the first time. */
export function librarySteps(): ReadonlyMap<Run, readonly StepNode[]> {
  if (recorded === undefined) {
    const stepsIn = oncePerModel(stepsOfActors);
    recorded = new Map(libraryRuns().map((run) => [run, stepsIn(run)]));
  }
  return recorded;
}

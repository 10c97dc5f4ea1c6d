/** What edits can take away from the steps of a procedure. */
import type { StepNode } from "../ir/recorder.ts";
import { featuresOf } from "../model/features/catalogue.ts";
import type { ModelBuilder } from "../model/model-builder.ts";
import { frameOf } from "../model/procedures.ts";
import { scenariosOfEverything } from "../model/scenario/everything.ts";
import { type KernelVersion, kernelVersions } from "../model/versions/rows.ts";
import { effectsOf } from "./effects.ts";

/** The effects of a procedure's steps, by label, on any of the kernels. */
export function effectsByStep(
  procedure: string,
  outlineOperations: ModelBuilder["outlineOperations"],
  kernels: readonly KernelVersion[] = kernelVersions,
): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const kernel of kernels) {
    for (const step of recordedSteps((one) => frameOf(one).procedure === procedure, kernel, outlineOperations)) {
      const known = found.get(step.label) ?? new Set();
      // The name of the actor decides nothing.
      for (const effect of effectsOf(step.body, "actor")) known.add(effect);
      found.set(step.label, known);
    }
  }
  return found;
}

/**
 * Some steps of a kernel, with their bodies. Only as many operations are recorded as it takes to have each step once,
 * because to record all of them takes seconds.
 */
export function recordedSteps(
  isWanted: (step: StepNode) => boolean,
  kernel: KernelVersion,
  outlineOperations: ModelBuilder["outlineOperations"],
): readonly StepNode[] {
  const features = featuresOf(kernel, { with: [], without: [] });
  const steps: StepNode[] = [];
  const known = new Set<string>();
  const isNew = (step: StepNode) => isWanted(step) && !known.has(nameOf(step));
  for (const scenario of scenariosOfEverything())
    for (const [operation, outline] of outlineOperations(scenario, features)) {
      if (!outline.some(isNew)) continue;
      const own = outlineOperations(scenario, features, operation, "recorded").get(operation) ?? [];
      steps.push(...own.filter(isNew));
      for (const step of own) if (isWanted(step)) known.add(nameOf(step));
    }
  return steps;
}

/** The name of a step and of the procedure that calls its own. */
function nameOf({ stack, label }: StepNode): string {
  return [...stack.slice(-2).map(({ procedure }) => procedure), label].join(": ");
}

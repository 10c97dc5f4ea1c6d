/** What edits can take away from the steps of a procedure. */
import type { StepNode } from "../ir/recorder.ts";
import { type FeatureSet, featuresOf } from "../model/features/catalogue.ts";
import { frameOf } from "../model/procedures.ts";
import { scenariosOfEverything } from "../model/scenario/everything.ts";
import type { Scenario } from "../model/scenario/scenario.ts";
import { kernelVersions } from "../model/versions/rows.ts";
import { effectsOf } from "./effects.ts";

/** As in model-builder.ts. */
type OutlineOperations = (
  scenario: Scenario,
  features: FeatureSet,
  only?: string,
  bodies?: "recorded" | "left out",
) => ReadonlyMap<string, readonly StepNode[]>;

/**
 * The effects of a procedure's steps, by label, on any kernel. Of each kernel one operation is recorded that calls the
 * procedure, because to record all of them takes seconds.
 */
export function effectsByStep(
  procedure: string,
  outlineOperations: OutlineOperations,
): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const kernel of kernelVersions) {
    const features = featuresOf(kernel, { with: [], without: [] });
    for (const step of stepsOnce(procedure, features, outlineOperations)) {
      const known = found.get(step.label) ?? new Set();
      // The name of the actor decides nothing.
      for (const effect of effectsOf(step.body, "actor")) known.add(effect);
      found.set(step.label, known);
    }
  }
  return found;
}

function stepsOnce(procedure: string, features: FeatureSet, outlineOperations: OutlineOperations): readonly StepNode[] {
  const isIn = (step: StepNode) => frameOf(step).procedure === procedure;
  for (const scenario of scenariosOfEverything())
    for (const [operation, outline] of outlineOperations(scenario, features))
      if (outline.some(isIn))
        return (outlineOperations(scenario, features, operation, "recorded").get(operation) ?? []).filter(isIn);
  return [];
}

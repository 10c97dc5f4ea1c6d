/** What edits can take away from the steps of a procedure. */
import type { StepNode } from "../ir/recorder.ts";
import { featuresOf } from "../model/features/catalogue.ts";
import type { ModelBuilder } from "../model/model-builder.ts";
import { frameOf } from "../model/procedures.ts";
import { scenariosOfEverything } from "../model/scenario/everything.ts";
import { type KernelVersion, kernelVersions } from "../model/versions/rows.ts";
import { effectsOf } from "./effects.ts";

/** By kernel, procedure and the label of a step. */
export type Effects = Readonly<
  Record<KernelVersion, Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>>
>;

type OutlineOperations = ModelBuilder["outlineOperations"];

const known = new WeakMap<OutlineOperations, () => Effects>();

/** From now on `effects` answers for this model. */
export function knowEffects(outlineOperations: OutlineOperations, effects: () => Effects): void {
  known.set(outlineOperations, effects);
}

/** The effects of a procedure's steps, by label, on any of the kernels. */
export function effectsByStep(
  procedure: string,
  outlineOperations: OutlineOperations,
  kernels: readonly KernelVersion[] = kernelVersions,
): ReadonlyMap<string, ReadonlySet<string>> {
  const effects = known.get(outlineOperations)?.();
  const found = new Map<string, Set<string>>();
  for (const kernel of kernels) {
    const ofKernel = effects?.[kernel] ?? effectsOn(kernel, outlineOperations, (name) => name === procedure);
    for (const [label, own] of Object.entries(ofKernel[procedure] ?? {}))
      found.set(label, new Set([...(found.get(label) ?? []), ...own]));
  }
  return found;
}

/** The effects of all steps of all procedures. This takes seconds. */
export function allEffects(outlineOperations: OutlineOperations): Effects {
  const entries = kernelVersions.map((kernel) => [kernel, effectsOn(kernel, outlineOperations, () => true)] as const);
  return Object.fromEntries(entries) as Effects;
}

function effectsOn(
  kernel: KernelVersion,
  outlineOperations: OutlineOperations,
  isWanted: (procedure: string) => boolean,
): Effects[KernelVersion] {
  const found: Record<string, Record<string, string[]>> = {};
  for (const step of recordedSteps((one) => isWanted(frameOf(one).procedure), kernel, outlineOperations)) {
    const { procedure } = frameOf(step);
    const steps = found[procedure] ?? {};
    found[procedure] = steps;
    // The name of the actor decides nothing.
    steps[step.label] = [...new Set([...(steps[step.label] ?? []), ...effectsOf(step.body, "actor")])];
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

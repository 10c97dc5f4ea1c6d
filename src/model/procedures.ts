/** The procedures of the model, found by recording a scenario that uses all of it. */

import { lastOf } from "../ir/lookup.ts";
import type { Frame } from "../ir/program.ts";
import type { StepNode } from "../ir/recorder.ts";
import { type FeatureSet, featuresOf } from "./features/catalogue.ts";
import { scenariosOfEverything } from "./scenario/everything.ts";
import type { Scenario } from "./scenario/scenario.ts";
import { type KernelVersion, kernelVersions } from "./versions/rows.ts";

/** The steps of a scenario's operations, by operation. */
type OutlineOperations = (scenario: Scenario, features: FeatureSet) => ReadonlyMap<string, readonly StepNode[]>;

export interface ProcedureStep {
  readonly label: string;
  readonly note: string;
  /** Under which it is there. */
  readonly kernels: readonly KernelVersion[];
}

export interface ProcedureItem {
  readonly name: string;
  readonly sentence: string;
  readonly file: string;
  readonly steps: readonly ProcedureStep[];
  readonly [detail: string]: unknown;
}

export function listProcedures(outlineOperations: OutlineOperations): readonly ProcedureItem[] {
  const found: Found = new Map();
  for (const kernel of kernelVersions) {
    for (const scenario of scenariosOfEverything()) {
      const recorded = outlineOperations(scenario, featuresOf(kernel, { with: [], without: [] }));
      for (const steps of recorded.values()) collect(steps, kernel, found);
    }
  }
  return [...found]
    .map(([name, { file, steps }]) => ({
      name,
      sentence: file,
      file,
      steps: [...steps].map(([label, { note, kernels }]) => ({ label, note, kernels: [...kernels] })),
    }))
    .sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.name < b.name ? -1 : 1));
}

/** By procedure, and then by label. */
type Found = Map<string, { file: string; steps: Map<string, { note: string; kernels: Set<KernelVersion> }> }>;

function collect(recorded: readonly StepNode[], kernel: KernelVersion, into: Found): void {
  for (const node of recorded) {
    const { label, note } = node;
    const { procedure, source } = frameOf(node);
    const known = into.get(procedure) ?? { file: source.file, steps: new Map() };
    into.set(procedure, known);
    const step = known.steps.get(label) ?? { note, kernels: new Set() };
    known.steps.set(label, { note, kernels: step.kernels.add(kernel) });
  }
}

/** Where the step stands. */
export function frameOf({ stack }: StepNode): Frame {
  return lastOf(stack);
}

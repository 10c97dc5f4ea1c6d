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

const lists = new WeakMap<OutlineOperations, readonly ProcedureItem[]>();

/** The list is made once, because that takes as long as a small search. */
export function listProcedures(outlineOperations: OutlineOperations): readonly ProcedureItem[] {
  const procedures = lists.get(outlineOperations) ?? findProcedures(outlineOperations);
  lists.set(outlineOperations, procedures);
  return procedures;
}

function findProcedures(outlineOperations: OutlineOperations): readonly ProcedureItem[] {
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
      steps: steps.map(({ label, note, kernels }) => ({ label, note, kernels: [...kernels] })),
    }))
    .sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.name < b.name ? -1 : 1));
}

interface FoundStep {
  readonly label: string;
  readonly note: string;
  readonly kernels: Set<KernelVersion>;
}

/** By procedure. The steps of all kernels are in the order of the code. */
type Found = Map<string, { readonly file: string; readonly steps: FoundStep[] }>;

function collect(recorded: readonly StepNode[], kernel: KernelVersion, into: Found): void {
  const calls = new Map<Frame, StepNode[]>();
  for (const node of recorded) {
    const call = calls.get(frameOf(node)) ?? [];
    call.push(node);
    calls.set(frameOf(node), call);
  }
  for (const [{ procedure, source }, nodes] of calls) {
    const known = into.get(procedure) ?? { file: source.file, steps: [] };
    into.set(procedure, known);
    placeSteps(nodes, kernel, known.steps);
  }
}

/** A step that was not known comes after the step before it in this call, or else before the next one that is known. */
function placeSteps(nodes: readonly StepNode[], kernel: KernelVersion, known: FoundStep[]): void {
  const positionOf = (label: string): number => known.findIndex((step) => step.label === label);
  const first = nodes.map(({ label }) => positionOf(label)).find((position) => position >= 0);
  let next = first ?? known.length;
  for (const { label, note } of nodes) {
    const position = positionOf(label);
    const kernels = known[position]?.kernels ?? new Set();
    // The note of the newest kernel is shown.
    const step: FoundStep = { label, note, kernels: kernels.add(kernel) };
    if (position >= 0) known[position] = step;
    else known.splice(next, 0, step);
    next = (position >= 0 ? position : next) + 1;
  }
}

/** Where the step stands. */
export function frameOf({ stack }: StepNode): Frame {
  return lastOf(stack);
}

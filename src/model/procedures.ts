/** The procedures of the model, found by recording a scenario that uses all of it. */

import { lastOf } from "../ir/lookup.ts";
import type { Frame } from "../ir/program.ts";
import type { StepNode } from "../ir/recorder.ts";
import { type FeatureSet, featuresOf } from "./features/catalogue.ts";
import { type Placing, placeInOrder } from "./place-in-order.ts";
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

export interface ProcedureCall {
  /** The name of the other procedure. */
  readonly calls: string;
  readonly kernels: readonly KernelVersion[];
}

export interface ProcedureItem {
  readonly name: string;
  readonly sentence: string;
  readonly file: string;
  readonly steps: readonly ProcedureStep[];
  /** The steps and the calls in the order of the code. */
  readonly outline: readonly (ProcedureStep | ProcedureCall)[];
  readonly [detail: string]: unknown;
}

const lists = new WeakMap<OutlineOperations, () => readonly ProcedureItem[]>();

/** The list is made once, because that takes as long as a small search. */
export function listProcedures(outlineOperations: OutlineOperations): readonly ProcedureItem[] {
  const known = lists.get(outlineOperations);
  if (known !== undefined) return known();
  const procedures = findProcedures(outlineOperations);
  knowProcedures(outlineOperations, () => procedures);
  return procedures;
}

/** From now on `procedures` answers for this model. */
export function knowProcedures(outlineOperations: OutlineOperations, procedures: () => readonly ProcedureItem[]): void {
  lists.set(outlineOperations, procedures);
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
    .map(([name, { file, parts }]): ProcedureItem => {
      const outline = parts.map(({ name: part, note, kernels }): ProcedureStep | ProcedureCall =>
        note === undefined ? { calls: part, kernels: [...kernels] } : { label: part, note, kernels: [...kernels] },
      );
      return { name, sentence: file, file, steps: outline.filter(isStep), outline };
    })
    .sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.name < b.name ? -1 : 1));
}

interface FoundPart {
  /** A step's label, or the procedure that is called. */
  readonly name: string;
  /** Undefined for a call. */
  readonly note: string | undefined;
  readonly kernels: Set<KernelVersion>;
}

/** By procedure. The parts of all kernels are in the order of the code. */
type Found = Map<string, { readonly file: string; readonly parts: FoundPart[] }>;

type RecordedPart = Omit<FoundPart, "kernels">;

function collect(recorded: readonly StepNode[], kernel: KernelVersion, into: Found): void {
  const activations = new Map<Frame, RecordedPart[]>();
  const add = (frame: Frame, part: RecordedPart): void => {
    const parts = activations.get(frame) ?? [];
    parts.push(part);
    activations.set(frame, parts);
  };
  let before: StepNode["stack"] = [];
  for (const node of recorded) {
    const { stack, label, note } = node;
    for (const [depth, frame] of stack.entries()) {
      const callee = stack[depth + 1];
      if (callee === undefined) add(frame, { name: label, note });
      // Several steps of one activation are one call.
      else if (callee !== before[depth + 1]) add(frame, { name: callee.procedure, note: undefined });
    }
    before = stack;
  }
  for (const [{ procedure, source }, parts] of activations) {
    const known = into.get(procedure) ?? { file: source.file, parts: [] };
    into.set(procedure, known);
    placeInOrder(
      parts.map((part) => ({ ...part, kernel })),
      known.parts,
      placing,
    );
  }
}

const placing: Placing<RecordedPart & { readonly kernel: KernelVersion }, FoundPart> = {
  isSame: (known, { name, note }) => known.name === name && (known.note === undefined) === (note === undefined),
  // The note of the newest kernel is shown.
  merge: (known, { kernel, ...part }) => ({ ...part, kernels: (known?.kernels ?? new Set()).add(kernel) }),
};

export function isStep(part: ProcedureStep | ProcedureCall): part is ProcedureStep {
  return "label" in part;
}

/** Where the step stands. */
export function frameOf({ stack }: StepNode): Frame {
  return lastOf(stack);
}

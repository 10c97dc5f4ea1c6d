/** A scenario and a kernel -> a program, the properties compiled for it, and the states that must be reachable. */

import { UserError } from "../diagnostics/user-error.ts";
import type { Symmetry } from "../ir/program.ts";
import { type StepVocabulary, stepVocabulary } from "../ir/step-vocabulary.ts";
import type { ActorChange } from "../model/build-model.ts";
import { type FeatureSet, featuresOf } from "../model/features/catalogue.ts";
import type { Model } from "../model/model.ts";
import type { ModelBuilder } from "../model/model-builder.ts";
import type { Scenario } from "../model/scenario/scenario.ts";
import { ScenarioError } from "../model/scenario/scenario-error.ts";
import { type KernelVersion, kernelVersions } from "../model/versions/rows.ts";
import type { PropertyDefinition } from "../properties/definition.ts";
import type { SymmetryLeftOut } from "../reporters/report.ts";
import { specErrorsForProperty } from "../spec/property-errors.ts";
import { diagnosticAt, spanOf } from "../spec/source-file.ts";
import type { FeatureChanges, PlacedEdit, Spec } from "../spec/spec.ts";
import type { Subject } from "../trace/violation.ts";
import type { CheckTarget } from "./check-request.ts";
import { type CompiledProperties, compileProperties, type Fault } from "./compile-properties.ts";
import { editingFor } from "./editing.ts";
import { rejectMissingFeatures } from "./missing-features.ts";
import { namesKernelsCode, withOtherKernels } from "./other-kernels.ts";
import { sortSymmetries } from "./sort-symmetries.ts";

export interface Prepared extends Subject {
  readonly sometimes: CompiledProperties["sometimes"];
  readonly conditions: CompiledProperties["conditions"];
  /** The symmetries of the program for which every expression is proved the same in symmetric states. */
  readonly symmetries: readonly Symmetry[];
  /** The other symmetries, and the reasons. */
  readonly leftOut: readonly SymmetryLeftOut[];
  /** Edits that no procedure of this scenario on this kernel has a place for. */
  readonly idleEdits: readonly PlacedEdit[];
}

/** Throws a UserError if a text of the scenario does not compile. */
export function prepare(
  { buildModel }: { readonly buildModel: (scenario: Scenario, features: FeatureSet, change?: ActorChange) => Model },
  spec: Spec,
  kernel: KernelVersion,
  changes: FeatureChanges,
  definitions: readonly PropertyDefinition[] = spec.properties,
): Prepared {
  rejectMissingFeatures(spec, kernel, changes);
  const editing = editingFor(spec, changes.edits ?? []);
  try {
    const model = buildModel(spec.scenario, featuresOf(kernel, changes), editing.change);
    const compiled = compileProperties(model, spec, definitions);
    rejectFaults(spec, compiled.faults);
    return prepareModel(model, compiled, { edits: changes.edits ?? [], idleEdits: editing.idle() });
  } catch (error) {
    throw asUserError(editing.explain(error), spec, kernel);
  }
}

/** The same for commands: signals are handled while a long scenario is built. */
export async function prepareInTurns(
  { buildModel }: Pick<ModelBuilder, "buildModel">,
  spec: Spec,
  kernel: KernelVersion,
  changes: FeatureChanges,
  definitions: readonly PropertyDefinition[] = spec.properties,
): Promise<Prepared> {
  rejectMissingFeatures(spec, kernel, changes);
  const editing = editingFor(spec, changes.edits ?? []);
  try {
    const model = await buildModel(spec.scenario, featuresOf(kernel, changes), undefined, editing.change);
    editing.rejectUnknown();
    const compiled = compileProperties(model, spec, definitions);
    rejectFaults(spec, await withOtherNames(compiled.faults, { buildModel }, { spec, kernel, features: changes }));
    return prepareModel(model, compiled, { edits: changes.edits ?? [], idleEdits: editing.idle() });
  } catch (error) {
    throw asUserError(editing.explain(error), spec, kernel);
  }
}

/**
 * The program of a check, and its properties compiled. Throws a UserError for everything that can be wrong with a check
 * before it runs.
 */
export function prepareCheck(
  { spec, kernel, features, properties }: CheckTarget,
  builder: Pick<ModelBuilder, "buildModel">,
): Promise<Prepared> {
  return prepareInTurns(builder, spec, kernel, features, properties);
}

/**
 * Throws a UserError for what can be wrong with a scenario's texts and start, in a fraction of the time of
 * `prepareCheck`.
 */
export async function rejectBadTexts(
  target: CheckTarget,
  builder: Pick<ModelBuilder, "buildModel" | "nameModel">,
): Promise<void> {
  const { spec, kernel, features, properties } = target;
  // An edit can take away a step that a text names.
  if ((features.edits ?? []).length > 0) {
    await prepareCheck(target, builder);
    return;
  }
  try {
    const names = await builder.nameModel(spec.scenario, featuresOf(kernel, features));
    // Built-in properties have no texts that a user can mistake.
    const own = properties.filter(({ name }) => spec.propertyPaths.has(name));
    const { faults } = compileProperties(names, spec, own);
    rejectFaults(spec, await withOtherNames(faults, builder, target));
  } catch (error) {
    throw asUserError(error, spec, kernel);
  }
}

/**
 * The edits that have no place in the scenario, as `idleEdits` above, in a fraction of the time: no program is made.
 * Throws a UserError for an edit that cannot be made.
 */
export async function editsWithoutPlace(
  { recordScenario }: Pick<ModelBuilder, "recordScenario">,
  { spec, kernel, features }: Pick<CheckTarget, "spec" | "kernel" | "features">,
): Promise<readonly PlacedEdit[]> {
  const editing = editingFor(spec, features.edits ?? []);
  if (editing.change === undefined) return [];
  try {
    recordScenario(spec.scenario, featuresOf(kernel, features), editing.change);
    editing.rejectUnknown();
    return editing.idle();
  } catch (error) {
    throw asUserError(editing.explain(error), spec, kernel);
  }
}

function prepareModel(
  { program }: Pick<Model, "program">,
  { properties, sometimes, conditions, asked }: CompiledProperties,
  { edits, idleEdits }: { readonly edits: readonly PlacedEdit[] } & Pick<Prepared, "idleEdits">,
): Prepared {
  const made = edits.filter((one) => !idleEdits.includes(one)).map(({ edit }) => edit);
  const sorted = sortSymmetries(program, asked, made);
  return { program, properties, sometimes, conditions, ...sorted, idleEdits };
}

function rejectFaults(spec: Spec, faults: readonly Fault[]): void {
  if (faults.length > 0)
    throw new UserError(faults.flatMap(({ owner, issues }) => specErrorsForProperty(spec, owner, issues)));
}

/** The faults, with what is said about names that only other kernels have. */
async function withOtherNames(
  faults: readonly Fault[],
  builder: Pick<ModelBuilder, "buildModel">,
  { spec, kernel, features }: Pick<CheckTarget, "spec" | "kernel" | "features">,
): Promise<readonly Fault[]> {
  return namesKernelsCode(faults)
    ? withOtherKernels(faults, kernel, await namesElsewhere(builder, spec, kernel, features))
    : faults;
}

/** The names of the scenario's steps on each other kernel on which the scenario can begin. */
async function namesElsewhere(
  { buildModel }: Pick<ModelBuilder, "buildModel">,
  spec: Spec,
  kernel: KernelVersion,
  changes: FeatureChanges,
): Promise<ReadonlyMap<KernelVersion, StepVocabulary>> {
  const names = new Map<KernelVersion, StepVocabulary>();
  for (const other of kernelVersions.filter((one) => one !== kernel)) {
    try {
      names.set(other, stepVocabulary((await buildModel(spec.scenario, featuresOf(other, changes))).program));
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error;
    }
  }
  return names;
}

/** An impossible operation in `initially` is a mistake of the file, not of the program. */
function asUserError(error: unknown, spec: Spec, kernel: KernelVersion): unknown {
  if (!(error instanceof ScenarioError)) return error;
  const message = `on ${kernel}, this cannot happen before the exploration: ${error.message}`;
  const span = spanOf(spec.source, ["initially", error.position]);
  return new UserError([diagnosticAt(spec.source, span, { code: "spec/impossible-start", message })]);
}

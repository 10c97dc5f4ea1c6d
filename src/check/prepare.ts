/** A scenario and a kernel -> a program, the properties compiled for it, and the states that must be reachable. */

import { UserError } from "../diagnostics/user-error.ts";
import { constant } from "../ir/expression.ts";
import type { Symmetry } from "../ir/program.ts";
import type { Property } from "../ir/property.ts";
import { stepVocabulary } from "../ir/step-vocabulary.ts";
import { bool } from "../ir/types.ts";
import type { ActorChange, recordScenario } from "../model/build-model.ts";
import { type FeatureSet, featuresOf } from "../model/features/catalogue.ts";
import type { Model } from "../model/model.ts";
import type { ModelBuilder } from "../model/model-builder.ts";
import type { Scenario } from "../model/scenario/scenario.ts";
import { ScenarioError } from "../model/scenario/scenario-error.ts";
import type { KernelVersion } from "../model/versions/rows.ts";
import { type CompiledDefinition, compileDefinition, type PropertyDefinition } from "../properties/definition.ts";
import type { SymmetryLeftOut } from "../reporters/report.ts";
import { specErrorsForProperty } from "../spec/property-errors.ts";
import { diagnosticAt, spanOf } from "../spec/source-file.ts";
import type { FeatureChanges, PlacedEdit, Spec } from "../spec/spec.ts";
import { propertyOfWitness } from "../trace/format.ts";
import type { Subject } from "../trace/violation.ts";
import type { CheckTarget } from "./check-request.ts";
import { editingFor } from "./editing.ts";
import { type Asked, sortSymmetries } from "./sort-symmetries.ts";

export interface Prepared extends Subject {
  /** Never violated. Their premises are the states that must be reachable. */
  readonly sometimes: readonly Property[];
  /** The same states, as conditions that witnesses satisfy, in the same order. */
  readonly conditions: readonly CompiledDefinition[];
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
  const editing = editingFor(spec, changes.edits ?? []);
  try {
    const model = buildModel(spec.scenario, featuresOf(kernel, changes), editing.change);
    return prepareModel(model, spec, definitions, { edits: changes.edits ?? [], idleEdits: editing.idle() });
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
  const editing = editingFor(spec, changes.edits ?? []);
  try {
    const model = await buildModel(spec.scenario, featuresOf(kernel, changes), undefined, editing.change);
    await editing.rejectUnknown();
    return prepareModel(model, spec, definitions, { edits: changes.edits ?? [], idleEdits: editing.idle() });
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
 * The edits that have no place in the scenario, as `idleEdits` above, in a fraction of the time: no program is made.
 * Throws a UserError for an edit that cannot be made.
 */
export async function editsWithoutPlace(
  { spec, kernel, features }: Pick<CheckTarget, "spec" | "kernel" | "features">,
  record: typeof recordScenario,
): Promise<readonly PlacedEdit[]> {
  const editing = editingFor(spec, features.edits ?? []);
  if (editing.change === undefined) return [];
  try {
    record(spec.scenario, featuresOf(kernel, features), editing.change);
    await editing.rejectUnknown();
    return editing.idle();
  } catch (error) {
    throw asUserError(editing.explain(error), spec, kernel);
  }
}

function prepareModel(
  model: Model,
  spec: Spec,
  definitions: readonly PropertyDefinition[],
  { edits, idleEdits }: { readonly edits: readonly PlacedEdit[] } & Pick<Prepared, "idleEdits">,
): Prepared {
  const compile = compilerFor(model);
  const errors: UserError[] = [];
  const asked: Asked[] = [];
  const properties = definitions.flatMap((definition): readonly CompiledDefinition[] => {
    const compiled = compile(definition);
    if (compiled.ok) {
      asked.push({ kind: "property", definition, property: compiled.property });
      return [compiled];
    }
    if (!spec.propertyPaths.has(definition.name)) {
      const [issue] = compiled.issues;
      throw new Error(`the built-in property ${definition.name} does not fit the model: ${issue?.message}`);
    }
    errors.push(new UserError(specErrorsForProperty(spec, { property: definition.name }, compiled.issues)));
    return [];
  });
  const conditions: CompiledDefinition[] = [];
  const sometimes = spec.sometimes.flatMap(({ name, expr }): readonly Property[] => {
    const definition: PropertyDefinition = { name, sentence: "", checks: [{ kind: "state", expr }] };
    const compiled = compile(definition);
    if (!compiled.ok) {
      errors.push(new UserError(specErrorsForProperty(spec, { sometimes: name }, compiled.issues)));
      return [];
    }
    asked.push({ kind: "sometimes", definition, property: compiled.property });
    const sentence = `Some run must reach a state with ${expr.replace(/\s+/g, " ")}`;
    conditions.push({ ...compiled, property: { ...compiled.property, name: propertyOfWitness(name), sentence } });
    // A state that must be reachable is the premise of a check that is always true.
    const premises = compiled.property.checks.flatMap((check) => (check.kind === "state" ? [check.condition] : []));
    const checks = premises.map((premise) => ({ kind: "state", premise, condition: constant(1, bool) }) as const);
    return [{ name, sentence: "", checks }];
  });
  if (errors.length > 0) throw new UserError(errors.flatMap(({ diagnostics }) => diagnostics));
  const made = edits.filter((one) => !idleEdits.includes(one)).map(({ edit }) => edit);
  const sorted = sortSymmetries(model.program, asked, made);
  return { program: model.program, properties, sometimes, conditions, ...sorted, idleEdits };
}

/** An impossible operation in `initially` is a mistake of the file, not of the program. */
function asUserError(error: unknown, spec: Spec, kernel: KernelVersion): unknown {
  if (!(error instanceof ScenarioError)) return error;
  const message = `on ${kernel}, this cannot happen before the exploration: ${error.message}`;
  const span = spanOf(spec.source, ["initially", error.position]);
  return new UserError([diagnosticAt(spec.source, span, { code: "spec/impossible-start", message })]);
}

function compilerFor({
  program,
  schema,
}: Model): (definition: PropertyDefinition) => ReturnType<typeof compileDefinition> {
  const context = { schema, events: program.events, ...stepVocabulary(program) };
  return (definition) => compileDefinition(definition, context);
}

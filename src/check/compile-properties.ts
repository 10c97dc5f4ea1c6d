/** The properties and the required states of a check, compiled for its program. */
import { constant } from "../ir/expression.ts";
import type { Property } from "../ir/property.ts";
import { stepVocabulary } from "../ir/step-vocabulary.ts";
import { bool } from "../ir/types.ts";
import type { ModelNames } from "../model/model.ts";
import {
  type CompiledDefinition,
  compileDefinition,
  type DefinitionIssue,
  type PropertyDefinition,
} from "../properties/definition.ts";
import type { ExpressionOwner } from "../spec/property-errors.ts";
import type { Spec } from "../spec/spec.ts";
import { propertyOfWitness } from "../trace/format.ts";
import type { Asked } from "./sort-symmetries.ts";

export interface CompiledProperties {
  readonly properties: readonly CompiledDefinition[];
  /** Never violated. Their premises are the states that must be reachable. */
  readonly sometimes: readonly Property[];
  /** The same states, as conditions that witnesses satisfy, in the same order. */
  readonly conditions: readonly CompiledDefinition[];
  readonly asked: readonly Asked[];
  /** Texts of the scenario that do not compile. They are left out above. */
  readonly faults: readonly Fault[];
}

export interface Fault {
  readonly owner: ExpressionOwner;
  readonly issues: readonly DefinitionIssue[];
}

export function compileProperties(
  { program, schema }: ModelNames,
  spec: Spec,
  definitions: readonly PropertyDefinition[],
): CompiledProperties {
  const context = { schema, events: program.events, ...stepVocabulary(program) };
  const asked: Asked[] = [];
  const faults: Fault[] = [];
  const properties = definitions.flatMap((definition): readonly CompiledDefinition[] => {
    const isOwn = spec.propertyPaths.has(definition.name);
    const compiled = compileDefinition(definition, { ...context, isKnownToBeCel: !isOwn });
    if (compiled.ok) {
      asked.push({ kind: "property", definition, property: compiled.property });
      return [compiled];
    }
    if (!isOwn) {
      const [issue] = compiled.issues;
      throw new Error(`the built-in property ${definition.name} does not fit the model: ${issue?.message}`);
    }
    faults.push({ owner: { property: definition.name }, issues: compiled.issues });
    return [];
  });
  const conditions: CompiledDefinition[] = [];
  const sometimes = spec.sometimes.flatMap(({ name, expr }): readonly Property[] => {
    const definition: PropertyDefinition = { name, sentence: "", checks: [{ kind: "state", expr }] };
    const compiled = compileDefinition(definition, context);
    if (!compiled.ok) {
      faults.push({ owner: { sometimes: name }, issues: compiled.issues });
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
  return { properties, sometimes, conditions, asked, faults };
}

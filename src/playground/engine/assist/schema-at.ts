/** The parts of the scenarios' schema that apply to a place. */
import { specSchema } from "../../../spec/schema.ts";
import type { JsonSchema } from "../../../spec/schema-types.ts";
import type { Path } from "../../../spec/source-file.ts";
import { entriesOf, valueAt } from "./read.ts";

/** More than one if the scenario leaves open which it will be: `properties` is "all" or a list. */
export function schemasAt(path: Path, scenario: unknown): readonly JsonSchema[] {
  let schemas = choose(specSchema, scenario);
  path.forEach((segment, depth) => {
    const value = valueAt(scenario, path.slice(0, depth + 1));
    schemas = schemas.flatMap((schema) => childOf(schema, segment)).flatMap((schema) => choose(schema, value));
  });
  return schemas;
}

export function propertiesOf(schema: JsonSchema): Readonly<Record<string, JsonSchema>> {
  return entriesOf(schema.properties) as Readonly<Record<string, JsonSchema>>;
}

/** The schema of values under names that the scenario chooses. */
export function schemaOfNamed({ additionalProperties }: JsonSchema): JsonSchema | undefined {
  return typeof additionalProperties === "object" ? (additionalProperties as JsonSchema) : undefined;
}

function childOf(schema: JsonSchema, segment: string | number): readonly JsonSchema[] {
  const properties = propertiesOf(schema);
  const child =
    typeof segment === "number"
      ? (schema.items as JsonSchema | undefined)
      : Object.hasOwn(properties, segment)
        ? properties[segment]
        : schemaOfNamed(schema);
  return child === undefined ? [] : [child];
}

/** Follows a reference, and chooses between `then` and `else`. What stands beside them applies to both. */
function choose(schema: JsonSchema, value: unknown): readonly JsonSchema[] {
  if (typeof schema.$ref === "string") {
    const { $ref, ...own } = schema;
    return choose({ ...definition(schema.$ref), ...own }, value);
  }
  if (schema.if === undefined) return [schema];
  const { if: condition, then, else: otherwise, ...own } = schema;
  const merge = (branch: unknown) => ({ ...own, ...(branch as JsonSchema), ...described(own) });
  return branches(condition as JsonSchema, then as JsonSchema, otherwise as JsonSchema, value).flatMap((branch) =>
    choose(merge(branch), value),
  );
}

/** The description of the whole says more than that of a branch. */
function described({ description }: JsonSchema): JsonSchema {
  return description === undefined ? {} : { description };
}

function definition(reference: string): JsonSchema {
  const name = reference.replace("#/definitions/", "");
  return entriesOf(specSchema.definitions)[name] as JsonSchema;
}

function branches(
  condition: JsonSchema,
  then: JsonSchema,
  otherwise: JsonSchema,
  value: unknown,
): readonly JsonSchema[] {
  if (Array.isArray(condition.required)) return branchesByKey(condition.required, then, otherwise, value);
  if (value === null || value === undefined) return [then, otherwise];
  const type = Array.isArray(value) ? "array" : typeof value;
  return [type === condition.type ? then : otherwise];
}

/** The keys that are there decide. Without the required ones, `then` can only begin with them. */
function branchesByKey(
  required: readonly string[],
  then: JsonSchema,
  otherwise: JsonSchema,
  value: unknown,
): readonly JsonSchema[] {
  const keys = Object.keys(entriesOf(value));
  if (required.every((key) => keys.includes(key))) return [then];
  const begun = Object.fromEntries(Object.entries(propertiesOf(then)).filter(([key]) => required.includes(key)));
  const fits = ({ if: condition, then: first, else: second, properties }: JsonSchema): boolean =>
    condition === undefined
      ? keys.every((key) => Object.hasOwn(entriesOf(properties), key))
      : [first, second].some((branch) => fits(branch as JsonSchema));
  return [...(fits(then) ? [{ ...then, properties: begun }] : []), ...(fits(otherwise) ? [otherwise] : [])];
}

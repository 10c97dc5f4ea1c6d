/**
 * Checks a value against a JSON Schema without making code of it, which a page must not do. It knows the keywords of our own
 * schemas, and gives the errors that ajv gives for them, in ajv's order; but no error of `if` itself, whose branches have
 * their own, and only one for a property's name.
 */
import type { AnySchemaObject, ErrorObject } from "ajv";

type Values = Readonly<Record<string, unknown>>;

interface Place {
  /** A JSON pointer. */
  readonly path: string;
  readonly data: unknown;
  readonly schema: AnySchemaObject;
}

export function schemaErrors(root: AnySchemaObject, data: unknown): readonly ErrorObject[] {
  const errors: ErrorObject[] = [];
  visit({ path: "", data, schema: root });
  return errors;

  function visit({ path, data, schema: given }: Place): void {
    const schema = resolved(root, given);
    const place = { path, data, schema };
    if (typeof data === "number") checkNumber(place, data);
    if (typeof data === "string") checkString(place, data);
    const isContainer = schema.type === "array" || schema.type === "object";
    if (!isContainer) checkType(place);
    checkAny(place);
    if (Array.isArray(data)) checkArray(place, data);
    else if (typeof data === "object" && data !== null) checkObject(place, data as Values);
    if (isContainer) checkType(place);
  }

  function checkType(place: Place): void {
    const { type } = place.schema;
    const types: readonly string[] = type === undefined ? [] : [type].flat();
    if (types.length > 0 && !types.some((one) => isOfType(one, place.data)))
      report(place, "type", `must be ${types}`, { type });
  }

  function report({ path, data, schema }: Place, keyword: string, message: string, params: object): void {
    errors.push({
      instancePath: path,
      schemaPath: "",
      keyword,
      params,
      message,
      schema: schema[keyword],
      parentSchema: schema,
      data,
    });
  }

  function atMost(place: Place, keyword: string, value: number, unit: string): void {
    const limit: unknown = place.schema[keyword];
    if (typeof limit === "number" && value > limit)
      report(place, keyword, unit === "" ? `must be <= ${limit}` : `must NOT have more than ${limit} ${unit}`, {
        ...(unit === "" ? { comparison: "<=" } : {}),
        limit,
      });
  }

  function atLeast(place: Place, keyword: string, value: number, unit: string): void {
    const limit: unknown = place.schema[keyword];
    if (typeof limit === "number" && value < limit)
      report(place, keyword, unit === "" ? `must be >= ${limit}` : `must NOT have fewer than ${limit} ${unit}`, {
        ...(unit === "" ? { comparison: ">=" } : {}),
        limit,
      });
  }

  function checkNumber(place: Place, value: number): void {
    atMost(place, "maximum", value, "");
    atLeast(place, "minimum", value, "");
  }

  function checkString(place: Place, value: string): void {
    atLeast(place, "minLength", [...value].length, "characters");
    const { pattern } = place.schema;
    if (pattern !== undefined && !new RegExp(pattern, "u").test(value))
      report(place, "pattern", `must match pattern "${pattern}"`, { pattern });
  }

  function checkAny(place: Place): void {
    const { path, data, schema } = place;
    if ("const" in schema && data !== schema.const)
      report(place, "const", "must be equal to constant", { allowedValue: schema.const });
    if (schema.enum !== undefined && !schema.enum.includes(data))
      report(place, "enum", "must be equal to one of the allowed values", { allowedValues: schema.enum });
    if (schema.if === undefined) return;
    const branch = fits(schema.if, data) ? schema.then : schema.else;
    if (branch !== undefined) visit({ path, data, schema: branch });
  }

  /** The conditions of our schemas stand alone. */
  function fits(schema: AnySchemaObject, data: unknown): boolean {
    return schemaErrors(schema, data).length === 0;
  }

  function checkArray(place: Place, values: readonly unknown[]): void {
    atMost(place, "maxItems", values.length, "items");
    atLeast(place, "minItems", values.length, "items");
    const { items } = place.schema;
    if (items === undefined) return;
    for (const [position, data] of values.entries()) visit({ path: `${place.path}/${position}`, data, schema: items });
  }

  function checkObject(place: Place, values: Values): void {
    const { properties = {}, required = [], propertyNames, additionalProperties } = place.schema;
    const names = Object.keys(values);
    atMost(place, "maxProperties", names.length, "properties");
    atLeast(place, "minProperties", names.length, "properties");
    for (const missingProperty of required)
      if (!Object.hasOwn(values, missingProperty))
        report(place, "required", `must have required property '${missingProperty}'`, { missingProperty });
    if (propertyNames !== undefined)
      for (const propertyName of names)
        if (!fits(propertyNames, propertyName))
          report(place, "propertyNames", "property name must be valid", { propertyName });
    const visitProperty = (name: string, schema: AnySchemaObject): void =>
      visit({ path: `${place.path}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`, data: values[name], schema });
    if (additionalProperties !== undefined)
      for (const name of names.filter((one) => !Object.hasOwn(properties, one)))
        if (additionalProperties !== false) visitProperty(name, additionalProperties);
        else report(place, "additionalProperties", "must NOT have additional properties", { additionalProperty: name });
    for (const [name, schema] of Object.entries<AnySchemaObject>(properties))
      if (Object.hasOwn(values, name)) visitProperty(name, schema);
  }
}

function isOfType(type: string, data: unknown): boolean {
  switch (type) {
    case "integer":
      return Number.isInteger(data);
    case "array":
      return Array.isArray(data);
    case "object":
      return typeof data === "object" && data !== null && !Array.isArray(data);
    case "null":
      return data === null;
    default:
      // The other types have the names that they have in JavaScript.
      return typeof data === type;
  }
}

/** `{ "$ref": "#/definitions/NAME" }` -> that definition. */
function resolved(root: AnySchemaObject, schema: AnySchemaObject): AnySchemaObject {
  const name = schema.$ref?.replace("#/definitions/", "");
  return name === undefined ? schema : root.definitions[name];
}

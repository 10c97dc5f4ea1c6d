/** Stands in a bundle for src/spec/validators.ts (`browser` in package.json), which makes code of the schemas. */
import type { AnySchemaObject, ErrorObject } from "ajv";
import traceSchema from "../../../schema/trace.schema.json" with { type: "json" };
import { specSchema } from "../../spec/schema.ts";
import type { SchemaName } from "../../spec/validators.ts";
import { schemaErrors } from "./schema-errors.ts";

/** The page reads no reports. */
export type PageSchemaName = Extract<SchemaName, "spec" | "trace">;

const schemas: Readonly<Record<PageSchemaName, AnySchemaObject>> = { spec: specSchema, trace: traceSchema };

/** The part of ajv's interface that is used. */
interface Validator {
  (value: unknown): boolean;
  errors?: readonly ErrorObject[] | null;
}

export function validatorOf(name: PageSchemaName): Validator {
  const validate: Validator = (value) => {
    validate.errors = schemaErrors(schemas[name], value);
    return validate.errors.length === 0;
  };
  return validate;
}

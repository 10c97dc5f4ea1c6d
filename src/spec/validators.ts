/**
 * Checks JSON files of users against their schemas. Loading ajv and compiling a schema takes longer than most searches.
 * So the build compiles the schemas (scripts/write-validators.mjs); they are compiled at run time only if the program
 * runs from its sources.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AnySchemaObject, Options, ValidateFunction } from "ajv";
import { specSchema } from "./schema.ts";

export interface ValidatedSchema {
  readonly schema: () => AnySchemaObject;
  /** The schema that it refers to by this name. */
  readonly refersTo?: string;
  readonly options: Options;
}

export function readSchema(name: string): AnySchemaObject {
  return JSON.parse(readFileSync(new URL(`../../schema/${name}`, import.meta.url), "utf8")) as AnySchemaObject;
}

export const validatedSchemas = {
  spec: {
    schema: () => specSchema,
    // The types are one level above `if` and `then`; strict mode does not look for them there.
    // Many keys share a definition. With inlining, it would be compiled again for each key.
    options: { allErrors: true, verbose: true, strictTypes: false, inlineRefs: false },
  },
  trace: { schema: () => readSchema("trace.schema.json"), options: {} },
  report: { schema: () => readSchema("report.schema.json"), options: { allowUnionTypes: true } },
  review: {
    schema: () => readSchema("review.schema.json"),
    refersTo: "report.schema.json",
    options: { allowUnionTypes: true },
  },
} as const satisfies Readonly<Record<string, ValidatedSchema>>;

export type SchemaName = keyof typeof validatedSchemas;

const require = createRequire(import.meta.url);
const isBuilt = import.meta.url.endsWith(".js");
const loaded = new Map<SchemaName, ValidateFunction>();

export function validatorOf(name: SchemaName): ValidateFunction {
  const validator = loaded.get(name) ?? (isBuilt ? builtValidator(name) : compileValidator(name));
  loaded.set(name, validator);
  return validator;
}

function builtValidator(name: SchemaName): ValidateFunction {
  return require(`./validate-${name}.cjs`) as ValidateFunction;
}

export function compileValidator(name: SchemaName): ValidateFunction {
  const { Ajv } = require("ajv") as typeof import("ajv");
  const { schema, refersTo, options }: ValidatedSchema = validatedSchemas[name];
  const ajv = new Ajv(options);
  if (refersTo !== undefined) ajv.addSchema(readSchema(refersTo), refersTo);
  return ajv.compile(schema());
}

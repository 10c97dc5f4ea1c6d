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
  readonly options: Options;
}

export const validatedSchemas = {
  spec: {
    schema: () => specSchema,
    // The types are one level above `if` and `then`; strict mode does not look for them there.
    // Many keys share a definition. With inlining, it would be compiled again for each key.
    options: { allErrors: true, verbose: true, strictTypes: false, inlineRefs: false },
  },
  trace: {
    schema: () => {
      const file = new URL("../../schema/trace.schema.json", import.meta.url);
      return JSON.parse(readFileSync(file, "utf8")) as AnySchemaObject;
    },
    options: {},
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
  const { schema, options } = validatedSchemas[name];
  return new Ajv(options).compile(schema());
}

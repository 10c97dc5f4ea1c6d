/**
 * Checks JSON against the schemas of what users hand us. Loading ajv and compiling a schema takes longer than most
 * searches, so the build compiles them (scripts/write-validators.mjs), and only the sources do it when they run.
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
    // The types stand one level above `if` and `then`, where strict mode does not look for them.
    // Many keys share a definition, which would be compiled anew for each.
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

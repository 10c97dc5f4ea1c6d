// Compiles the schemas of src/spec/validators.ts to code, for the built program. Run by `npm run build`.
import { writeFileSync } from "node:fs";
import { Ajv } from "ajv";
import standalone from "ajv/dist/standalone/index.js";
import { readSchema, validatedSchemas } from "../src/spec/validators.ts";

for (const [name, { schema, options, ...others }] of Object.entries(validatedSchemas)) {
  const ajv = new Ajv({ ...options, code: { source: true } });
  if ("refersTo" in others) ajv.addSchema(readSchema(others.refersTo), others.refersTo);
  const code = standalone.default(ajv, ajv.compile(schema()));
  writeFileSync(new URL(`../dist/spec/validate-${name}.cjs`, import.meta.url), code);
}

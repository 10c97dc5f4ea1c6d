// Compiles the schemas of src/spec/validators.ts to code, for the built program. Run by `npm run build`.
import { writeFileSync } from "node:fs";
import { Ajv } from "ajv";
import standalone from "ajv/dist/standalone/index.js";
import { validatedSchemas } from "../src/spec/validators.ts";

for (const [name, { schema, options }] of Object.entries(validatedSchemas)) {
  const ajv = new Ajv({ ...options, code: { source: true } });
  const code = standalone.default(ajv, ajv.compile(schema()));
  writeFileSync(new URL(`../dist/spec/validate-${name}.cjs`, import.meta.url), code);
}

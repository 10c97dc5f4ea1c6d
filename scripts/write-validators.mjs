// Compiles the schemas of src/spec/validators.ts to code, for the built program or, into the given folder, for tests. Run
// by `npm run build`.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import standalone from "ajv/dist/standalone/index.js";
import { readSchema, validatedSchemas } from "../src/spec/validators.ts";

const folder = process.argv[2] ?? fileURLToPath(new URL("../dist/spec", import.meta.url));
for (const [name, { schema, options, ...others }] of Object.entries(validatedSchemas)) {
  const ajv = new Ajv({ ...options, code: { source: true } });
  if ("refersTo" in others) ajv.addSchema(readSchema(others.refersTo), others.refersTo);
  const code = standalone.default(ajv, ajv.compile(schema()));
  writeFileSync(join(folder, `validate-${name}.cjs`), code);
}

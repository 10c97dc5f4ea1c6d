// Compiles the schemas of src/spec/validators.ts to code, for the built program. Run by `npm run build`.
import { writeFileSync } from "node:fs";
import { Ajv } from "ajv";
import standalone from "ajv/dist/standalone/index.js";
import { validatedSchemas } from "../src/spec/validators.ts";

const names = Object.keys(validatedSchemas);

for (const [name, { schema, options }] of Object.entries(validatedSchemas)) {
  const ajv = new Ajv({ ...options, code: { source: true } });
  const code = standalone.default(ajv, ajv.compile(schema()));
  writeFileSync(new URL(`../dist/spec/validate-${name}.cjs`, import.meta.url), code);
}

// Stands in a bundle for src/spec/validators.ts (`browser` in package.json), because a page has no files to load.
const inBrowser = `${names.map((name) => `import ${name} from "./validate-${name}.cjs";`).join("\n")}

const validators = { ${names.join(", ")} };

export function validatorOf(name) {
  return validators[name];
}
`;
writeFileSync(new URL("../dist/spec/validators-in-browser.js", import.meta.url), inBrowser);

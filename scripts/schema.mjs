// Writes schema/spec.schema.json from the tables in src: `npm run schema`.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { specSchema } from "../src/spec/schema.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const file = "schema/spec.schema.json";

mkdirSync(new URL("../schema/", import.meta.url), { recursive: true });
writeFileSync(new URL(`../${file}`, import.meta.url), `${JSON.stringify(specSchema, null, 2)}\n`);
execFileSync("npx", ["biome", "format", "--write", file], { cwd: root, stdio: "inherit" });

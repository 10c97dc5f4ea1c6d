// Records the whole model under every kernel, for the lists and explanations of the built program. Run by `npm run build`.
import { writeFileSync } from "node:fs";
import { procedureFacts } from "../src/edits/procedure-facts.ts";
import { outlineOperations } from "../src/model/build-model.ts";

const file = new URL("../dist/model/procedure-facts.json", import.meta.url);
writeFileSync(file, JSON.stringify(procedureFacts(outlineOperations)));

// Records the whole model under every kernel, for the lists and explanations of the built program. Run by `npm run build`.
import { writeFileSync } from "node:fs";
import { keptFacts } from "./library/kept-facts.ts";

writeFileSync(new URL("../dist/model/procedure-facts.json", import.meta.url), JSON.stringify(keptFacts()));

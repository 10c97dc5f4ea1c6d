/**
 * Writes docs/fidelity.md from the model and the shipped scenarios: `npm run fidelity`. That searches every scenario and
 * takes some minutes. If only words have changed, `npm run fidelity -- --words` takes locks and unreached steps from the
 * page as it is, and takes some seconds.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { collectFacts, recordModel } from "./collect.ts";
import { adoptFound, fidelityPage, unreachedSteps } from "./page.ts";
import { unreachedReasons } from "./unreached-reasons.ts";

const page = "docs/fidelity.md";
const { values } = parseArgs({ options: { words: { type: "boolean" } } });

const procedures = values.words === true ? recordModel().procedures : await collectFacts();
if (values.words === true) adoptFound(procedures, readFileSync(page, "utf8"));
writeFileSync(page, fidelityPage(procedures));

for (const step of unreachedSteps(procedures)) {
  if (unreachedReasons[step] !== undefined) continue;
  console.error(`no scenario reaches ${step}, and scripts/fidelity/unreached-reasons.ts does not say why`);
  process.exitCode = 1;
}

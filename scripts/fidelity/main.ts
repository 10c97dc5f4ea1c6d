/**
 * Writes docs/fidelity.md from the model and the shipped scenarios: `npm run fidelity`. It searches every scenario, which
 * takes some minutes. If only words have changed, use `npm run fidelity -- --words`: it keeps the locks and unreached
 * steps of the existing page, and takes some seconds.
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

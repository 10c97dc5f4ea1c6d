import { readFileSync } from "node:fs";
import type { ProcedureFacts } from "../edits/procedure-facts.ts";
import type { ModelBuilder } from "../model/model-builder.ts";

const isBuilt = import.meta.url.endsWith(".js");

/** Written by the build. */
const factsFile = new URL("../model/procedure-facts.json", import.meta.url);

export async function loadModel(): Promise<ModelBuilder> {
  const { buildModelInTurns, nameModelInTurns, recordScenario, outlineOperations } = await import(
    "../model/build-model.ts"
  );
  if (isBuilt) {
    const { knowFacts } = await import("../edits/procedure-facts.ts");
    knowFacts(outlineOperations, () => JSON.parse(readFileSync(factsFile, "utf8")) as ProcedureFacts);
  }
  return { buildModel: buildModelInTurns, nameModel: nameModelInTurns, recordScenario, outlineOperations };
}

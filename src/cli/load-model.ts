import type { ModelBuilder } from "../model/model-builder.ts";

export async function loadModel(): Promise<ModelBuilder> {
  const { buildModelInTurns, recordScenario, outlineOperations } = await import("../model/build-model.ts");
  return { buildModel: buildModelInTurns, recordScenario, outlineOperations };
}

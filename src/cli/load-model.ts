import type { ModelBuilder } from "../model/model-builder.ts";

export async function loadModel(): Promise<ModelBuilder> {
  const { buildModelInTurns: buildModel, outlineOperations } = await import("../model/build-model.ts");
  return { buildModel, outlineOperations };
}

import type { ModelBuilder } from "./surroundings/surroundings.ts";

export async function loadModel(): Promise<ModelBuilder> {
  const { buildModelInTurns: buildModel, outlineOperations } = await import("../model/build-model.ts");
  return { buildModel, outlineOperations };
}

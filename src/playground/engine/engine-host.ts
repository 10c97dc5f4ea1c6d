import type { ModelBuilder } from "../../model/model-builder.ts";

/** What the engine needs from its surroundings. */
export interface EngineHost extends ModelBuilder {
  /** Of exclusive-check. It stands in traces and reports. */
  readonly version: string;
}

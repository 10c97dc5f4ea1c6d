import type { Search } from "../../checker/contract/search-types.ts";
import type { ModelBuilder } from "../../model/model-builder.ts";

/** What the engine needs from its surroundings. */
export interface EngineHost extends ModelBuilder {
  /** Of exclusive-check. It stands in traces and reports. */
  readonly version: string;
  readonly search: Search;
  /** The texts of the shipped scenarios by their files: "specs/fork-race.json". */
  readonly shipped: ReadonlyMap<string, string>;
}

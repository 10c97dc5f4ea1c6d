import type { Search } from "../../checker/contract/search-types.ts";
import type { ModelBuilder } from "../../model/model-builder.ts";

/** What the engine needs from its surroundings. */
export interface EngineHost extends ModelBuilder {
  /** Of exclusive-check. It stands in traces and reports. */
  readonly version: string;
  readonly search: Search;
  /** The text of a shipped scenario; undefined if there is none with this name. */
  readonly shippedText: (file: string) => string | undefined;
}

import type { Search } from "./contract/search-types.ts";
import { nodeEnvironment } from "./node/node-environment.ts";
import { searchWith } from "./search-with.ts";

/** The search of a process of Node. */
export const search: Search = searchWith(nodeEnvironment);

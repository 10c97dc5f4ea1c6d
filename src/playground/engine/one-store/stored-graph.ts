import type * as whole from "../../../checker/livelock/stored-graph.ts";

/** Stands in a bundle for src/checker/livelock/stored-graph.ts, which only `ends-together` needs. */
export const storedGraph: typeof whole.storedGraph | (() => undefined) = () => undefined;

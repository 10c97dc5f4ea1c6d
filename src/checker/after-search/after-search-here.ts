/** The states that this process has explored alone. */
import { maxChecks, testedAt } from "../../memory/memory-map.ts";
import { stateIndex } from "../contract/indices.ts";
import { firstFairLoop } from "../liveness/first-fair-loop.ts";
import { get, type SharedMemory, segment, transitionCounts } from "../memory/shared-memory.ts";
import { withAllLastMoves } from "../paths/last-moves.ts";
import { shortestPaths } from "../paths/trace-reconstruction.ts";
import { allOf } from "../violations/violation-candidates.ts";
import type { AfterSearch, Searched, Totals } from "./after-search.ts";

export function afterSearchHere(own: Searched): AfterSearch {
  const { store, thread, reduction } = own;
  const archive = store.archive();
  return {
    totals: async () => totalsOf(own),
    candidates: async () => allOf(own.candidates),
    firstLivelocked: async () => thread.firstLivelocked(reduction, archive),
    async firstFairLoop(program) {
      const graph = thread.graph();
      return graph && firstFairLoop(program, { ...own, archive }, graph);
    },
    first: async (find) => find({ ...own, archive }),
    withAllLastMoves: async (candidates) => withAllLastMoves(store, thread, candidates, archive),
    pathsTo: async (found) => ({
      graph: shortestPaths(store, thread, found, archive),
      wordsOf: archive.wordsOf,
      initial: stateIndex(0),
    }),
  };
}

export function totalsOf({ store, locations }: Searched): Totals {
  const { shared } = store;
  return {
    states: get(shared, "states"),
    depth: deepestLevel(shared),
    transitionsOf: transitionCounts(shared, locations),
    tested: new Uint8Array(shared.memory.buffer, testedAt, maxChecks).slice(),
    workers: shared.plan.workers,
    bytes: store.bytesInUse(),
    bytesOnDisk: store.bytesOnDisk(),
    parts: store.parts(),
  };
}

/** 0 if there are no states. */
function deepestLevel(shared: SharedMemory): number {
  const segments = get(shared, "segments");
  return segments === 0 ? 0 : segment(shared, segments - 1).level;
}

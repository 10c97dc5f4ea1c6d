/** Stands in a bundle for src/checker/paths/last-moves.ts: on the page no actor sleeps, so the search records all moves. */
import type * as whole from "../../../checker/paths/last-moves.ts";

export const withAllLastMoves: typeof whole.withAllLastMoves = (_store, _thread, candidates) => candidates;

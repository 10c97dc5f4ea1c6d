/**
 * Finds the states on the shortest paths to each violation. The search keeps no predecessors: that would cost memory
 * for every state, and which predecessor came first depends on timing. Instead the levels are expanded once more, from
 * the last one back to the initial state, and each time the transitions that lead into a state already known to be on
 * a shortest path are kept. A state on a shortest path to a state of level k is in the level of its own distance, so
 * one level at a time is enough, and one sweep serves all properties.
 */
import { type Level, levelOf, type StateIndex } from "../contract/indices.ts";
import { noMove, unpackMove } from "../contract/packed-move.ts";
import type { Move } from "../contract/search-types.ts";
import type { LevelArchive } from "../disk/level-archive.ts";
import type { Store, StoreThread } from "../stores/store.ts";
import type { Candidate } from "../violations/violation-candidates.ts";
import { transitionsInto } from "./transitions-into.ts";

/** A transition on a shortest path. A violating transition leads to no stored state. */
export interface Edge<Id extends number = StateIndex> {
  readonly move: Move;
  readonly to: Id | undefined;
}

/** By level, and then by state: the transitions that stay on shortest paths. */
export type PathGraph<Id extends number = StateIndex> = readonly ReadonlyMap<Id, readonly Edge<Id>[]>[];

/** All shortest paths to some states, and the words of the states on them. */
export interface StoredPaths {
  readonly graph: PathGraph;
  readonly wordsOf: (level: Level, state: StateIndex) => Uint32Array;
  readonly initial: StateIndex;
}

/** The level of the states in which a candidate's last moves begin (or of the deadlock itself). */
export function lastLevel({ length, moves }: Candidate<number>): Level {
  return levelOf(moves.some(({ move }) => move !== noMove) ? length - 1 : length);
}

/** The shortest paths to any of the candidates' last states. Call this when all workers have ended. */
export function shortestPaths(
  store: Store,
  thread: StoreThread,
  candidates: readonly Candidate[],
  archive: LevelArchive,
): PathGraph {
  const deepest = Math.max(...candidates.map(lastLevel));
  const graph: Map<StateIndex, Edge[]>[] = [];
  let wanted = new Set<StateIndex>();
  for (let level = levelOf(deepest); level >= 0; level--) {
    const segments = archive.bring(level);
    const states = new Map([...wanted].map((index) => [index, store.wordsOf(index)]));
    const edges = edgesInto(store, thread, segments, states);
    graph[level] = edges;
    wanted = new Set(edges.keys());
    for (const candidate of candidates) {
      if (lastLevel(candidate) === level) for (const { parent } of candidate.moves) wanted.add(parent);
    }
    archive.keep(level, wanted);
  }
  return graph;
}

/** The moves from states of these segments to wanted states, by the state in which they begin. */
export function edgesInto(
  store: Pick<Store, "shared">,
  thread: StoreThread,
  segments: readonly { first: number; end: number }[],
  wanted: ReadonlyMap<StateIndex, Uint32Array>,
): Map<StateIndex, Edge[]> {
  const edges = new Map<StateIndex, Edge[]>();
  if (wanted.size === 0) return edges;
  const byState = new Map<string, StateIndex>();
  for (const [index, words] of wanted) byState.set(words.join(), index);
  for (const { parent, move, successor } of transitionsInto(store, thread, segments, [...wanted.values()])) {
    const to = byState.get(successor.join());
    if (to === undefined) continue;
    const known = edges.get(parent);
    if (known === undefined) edges.set(parent, [{ move: unpackMove(move), to }]);
    else known.push({ move: unpackMove(move), to });
  }
  return edges;
}

/**
 * The shortest paths to violations, whose states belong to several ranks. As in one process (paths/trace-reconstruction.ts)
 * one sweep goes from the last level back to the first. Each rank expands its own states of a level, and keeps the moves
 * into states that are wanted. Then all ranks get the states in which such moves begin, which are wanted in turn.
 */
import { at, entryOf, required } from "../../ir/lookup.ts";
import { type Level, levelOf, type StateIndex } from "../contract/indices.ts";
import { type PackedMove, packMove, unpackMove } from "../contract/packed-move.ts";
import type { LevelArchive } from "../disk/level-archive.ts";
import { messagePack } from "../memory/message-pack.ts";
import { type Edge, edgesInto, lastLevel, type StoredPaths } from "../paths/trace-reconstruction.ts";
import type { Store, StoreThread } from "../stores/store.ts";
import type { Candidate } from "../violations/violation-candidates.ts";
import type { Ranks } from "./ranks.ts";
import { indexOf, numberOf, rankOf } from "./state-numbers.ts";

/** States of one rank on shortest paths, in messages. */
interface OnPaths {
  readonly states: readonly StateIndex[];
  /** The words of one state behind those of the other. */
  readonly words: readonly number[];
  /** By state: its moves, each with the number of the next state. */
  readonly moves: readonly (readonly (readonly [PackedMove, StateIndex])[])[];
}

/** All ranks call this with the same candidates. */
export async function pathsAcrossRanks(
  { ranks, store, thread }: { readonly ranks: Ranks; readonly store: Store; readonly thread: StoreThread },
  candidates: readonly Candidate[],
  archive: LevelArchive,
): Promise<StoredPaths> {
  const graph: Map<StateIndex, Edge[]>[] = [];
  const words: Map<StateIndex, Uint32Array>[] = [];
  let wanted = new Map<StateIndex, Uint32Array>();
  for (let level = levelOf(Math.max(...candidates.map(lastLevel))); level >= 0; level--) {
    const segments = level < archive.levels ? archive.bring(level) : [];
    const edges = edgesInto(store, thread, segments, wanted);
    for (const parent of ownParents(candidates, level, ranks)) if (!edges.has(parent)) edges.set(parent, []);
    const own: OnPaths = {
      states: [...edges.keys()].map((index) => numberOf(index, ranks)),
      words: [...edges.keys()].flatMap((index) => [...store.wordsOf(index)]),
      moves: [...edges.values()].map((moves) =>
        moves.map(({ move, to }) => [packMove(move), required(to, "the end of a move on a path")]),
      ),
    };
    wanted = new Map();
    graph[level] = new Map();
    for (const bytes of await ranks.gather(messagePack().pack(own))) {
      const { states, words, moves } = messagePack().unpack(bytes) as OnPaths;
      const length = words.length / states.length;
      for (const [position, state] of states.entries()) {
        wanted.set(state, Uint32Array.from(words.slice(position * length, (position + 1) * length)));
        const edges = at(moves, position).map(([move, to]) => ({ move: unpackMove(move), to }));
        if (edges.length > 0) at(graph, level).set(state, edges);
      }
    }
    words[level] = wanted;
  }
  const [initial] = wanted.keys();
  return {
    graph,
    wordsOf: (level, state) => entryOf(at(words, level), state, "a state on a shortest path"),
    initial: required(initial, "the initial state"),
  };
}

/** This rank's states of a level in which a candidate's last moves begin. */
function ownParents(candidates: readonly Candidate[], level: Level, ranks: Ranks): readonly StateIndex[] {
  return candidates
    .filter((candidate) => lastLevel(candidate) === level)
    .flatMap(({ moves }) => moves.map(({ parent }) => parent))
    .filter((state) => rankOf(state, ranks) === ranks.rank)
    .map((state) => indexOf(state, ranks));
}

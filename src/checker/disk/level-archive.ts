/**
 * The levels of a finished search, one after the other, for the work after it. A store that keeps all states has them in
 * memory. Otherwise the states of earlier levels are read from the file to the addresses that they had while the search
 * was at their level. So a state's level and index are enough to find it.
 */
import type { Level, StateIndex } from "../contract/indices.ts";
import { segmentsByLevel } from "../memory/segments.ts";
import { get, type Segment, type SharedMemory } from "../memory/shared-memory.ts";
import { type LevelFile, readSegment } from "./level-file.ts";

export interface LevelArchive {
  readonly levels: number;
  /** The level's states. They stay in memory until a level is requested that is not a neighbour of this one. */
  readonly bring: (level: Level) => readonly Segment[];
  /** Remembers states of a level that is in memory. */
  readonly keep: (level: Level, indices: Iterable<StateIndex>) => void;
  /** A state that was kept. */
  readonly wordsOf: (level: Level, index: StateIndex) => Uint32Array;
}

/** For stores that have the states of finished levels in a file. */
export function levelArchive(
  shared: SharedMemory,
  file: LevelFile,
  wordsInMemory: (index: StateIndex) => Uint32Array,
): LevelArchive {
  const byLevel = segmentsByLevel(shared);
  const depth = get(shared, "depth");
  let inMemory: readonly number[] = [depth, depth + 1];
  const kept = new Map<Level, Map<StateIndex, Uint32Array>>();
  return {
    levels: byLevel.levels,
    bring(level) {
      const segments = byLevel.of(level);
      if (inMemory.includes(level)) return segments;
      for (const position of segments.keys()) readSegment(shared, file, byLevel.firstOf(level) + position);
      // Only neighbouring levels were in memory at the same time, so only they have different addresses.
      inMemory = [level, ...inMemory.filter((other) => Math.abs(other - level) === 1)];
      return segments;
    },
    keep(level, indices) {
      const words = kept.get(level) ?? new Map<StateIndex, Uint32Array>();
      kept.set(level, words);
      for (const index of indices) if (!words.has(index)) words.set(index, wordsInMemory(index).slice());
    },
    wordsOf(level, index) {
      const words = kept.get(level)?.get(index);
      if (words === undefined) throw new Error(`state ${index} of level ${level} was not kept`);
      return words;
    },
  };
}

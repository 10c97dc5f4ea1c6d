import { at, wordAt } from "../../ir/lookup.ts";
import { segmentBytes } from "../../memory/memory-map.ts";
import { get, type Segment, type SharedMemory, segment } from "./shared-memory.ts";

/** The stored states, level by level. A large search has millions of segments, so none is an object until it is asked for. */
export interface SegmentsByLevel {
  readonly levels: number;
  /** The number of the first segment of a level. */
  readonly firstOf: (level: number) => number;
  readonly of: (level: number) => readonly Segment[];
}

/** Levels are strict, so their segments follow one after the other. */
export function segmentsByLevel(shared: SharedMemory): SegmentsByLevel {
  const { memory, plan } = shared;
  const count = get(shared, "segments");
  const wordsOfSegment = segmentBytes / 4;
  const words = new Int32Array(memory.buffer, plan.segmentsAt, count * wordsOfSegment);
  const starts: number[] = [];
  // A level is empty if all its states belong to other processes.
  for (let number = 0; number < count; number++)
    while (starts.length <= wordAt(words, number * wordsOfSegment + 2)) starts.push(number);
  const firstOf = (level: number): number => at(starts, level);
  return {
    levels: starts.length,
    firstOf,
    of(level) {
      const first = firstOf(level);
      const end = starts[level + 1] ?? count;
      return Array.from({ length: end - first }, (_, position) => segment(shared, first + position));
    },
  };
}

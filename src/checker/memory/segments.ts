import { at } from "../../ir/lookup.ts";
import { get, type Segment, type SharedMemory, segment } from "./shared-memory.ts";

/** The stored states, level by level. */
export function segmentsByLevel(shared: SharedMemory): readonly (readonly Segment[])[] {
  const levels: Segment[][] = [];
  for (let i = 0; i < get(shared, "segments"); i++) {
    const one = segment(shared, i);
    levels[one.level] ??= [];
    at(levels, one.level).push(one);
  }
  return levels;
}

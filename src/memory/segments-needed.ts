import { blockSize } from "./memory-map.ts";

/** How many segments so many states need at most. */
export function segmentsFor(states: number): number {
  return spareSegments + Math.ceil(states / (blockSize / 2));
}

/** Segments beyond one for every half block: levels that fill no block need their own. */
export const spareSegments = 2 ** 17;

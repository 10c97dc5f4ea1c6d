import { blockSize } from "./memory-map.ts";

/** The most segments that so many states can need. */
export function segmentsFor(states: number): number {
  return spareSegments + Math.ceil(states / (blockSize / 2));
}

/** Segments in addition to one for every half block, because levels that do not fill a block need their own. */
export const spareSegments = 2 ** 17;

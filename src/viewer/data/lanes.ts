/** Where in an actor's lane each of its locks has its bar: bars that touch stand beside each other. */
import type { Hold } from "./locks.ts";

export interface Lane {
  readonly actor: string;
  /** The largest number of bars beside each other. */
  readonly tracks: number;
  readonly bars: readonly Bar[];
}

export interface Bar {
  readonly hold: Hold;
  readonly track: number;
}

export function lanesOf(actors: readonly string[], holds: readonly Hold[]): readonly Lane[] {
  return actors.map((actor) => {
    const free: number[] = [];
    const bars = holds
      .filter((hold) => hold.actor === actor)
      .map((hold): Bar => {
        const found = free.findIndex((end) => end < hold.from);
        const track = found < 0 ? free.length : found;
        free[track] = hold.to ?? Number.POSITIVE_INFINITY;
        return { hold, track };
      });
    return { actor, tracks: free.length, bars };
  });
}

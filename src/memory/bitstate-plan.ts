/**
 * The bitstate store: a filter that identifies the states of finished levels by three bits each, a table of fingerprints
 * for the next level, and the states of two levels.
 */
import { type FingerprintPlan, fingerprintTable } from "./fingerprint-plan.ts";
import type { Fitted, Room, StorePlanner } from "./room.ts";
import { fitTwoLevels } from "./two-level-plan.ts";

export interface BitstatePlan extends FingerprintPlan {
  readonly filterAt: number;
  readonly filterLines: number;
}

/** A line of the cache, which holds all bits of a state. */
export const lineBytes = 64;
export const bitsOfState = 3;

export const bitstatePlanner: StorePlanner<BitstatePlan> = { areaBytes: () => 0, fit };

/** The filter gets up to three quarters of the memory. */
function fit(room: Room): Fitted<BitstatePlan> | undefined {
  // The number of lines decides which states are missed, so it must not depend on the number of threads.
  const granted = Math.min(room.memoryBytes, room.mostOfOne);
  const filterLines = Math.floor((granted - Math.max(leastBeside, granted / 4)) / lineBytes);
  const filterBytes = filterLines * lineBytes;
  const maxStates = Math.min(mostCounted, filterBytes * 2);
  // No successor is looked up after the search: `can-always-finish` is not judged.
  const shape = { ...fingerprintTable(room), bytes: filterBytes, maxStates: () => maxStates };
  const fitted = fitTwoLevels({ ...room, noteBytes: 0, keyNoteBytes: 0, sleeperBytes: 0 }, shape);
  if (fitted === undefined) return undefined;
  const { levels, besideAt: filterAt, ...rest } = fitted;
  return { ...rest, store: { ...levels, fingerprintBits: room.fingerprintBits, filterAt, filterLines } };
}

/** The bytes that a search needs in addition to a filter. */
const leastBeside = 2 ** 23;

/** Counters have 32 bits. */
const mostCounted = 2 ** 31 - 2 ** 20;

/** The fingerprint store: a table with the fingerprints of all states, and the states of two levels. */
import type { Fitted, Room, StorePlanner } from "./room.ts";
import { fitTwoLevels, type TwoLevelPlan, type TwoLevelShape } from "./two-level-plan.ts";

export interface FingerprintPlan extends TwoLevelPlan {
  readonly fingerprintBits: number;
}

export const fingerprintEntryBytes = 8;

export const fingerprintPlanner: StorePlanner<FingerprintPlan> = { areaBytes: () => 0, fit };

/** The shape of a table of fingerprints, with nothing beside it. */
export function fingerprintTable({ smallestLog2, stride }: Room): TwoLevelShape {
  return {
    entryBytes: fingerprintEntryBytes,
    leastLog2: smallestLog2,
    mostLog2: 28,
    slotsBeyond: 0,
    maxStates: (log2) => Math.floor(0.75 * 2 ** log2),
    bytes: 0,
    storedBytes: stride,
  };
}

function fit(room: Room): Fitted<FingerprintPlan> | undefined {
  // No actor sleeps, and no key is noted. So there is a store to compare with that looks up and expands everything.
  const fitted = fitTwoLevels({ ...room, keyNoteBytes: 0, sleeperBytes: 0 }, fingerprintTable(room));
  if (fitted === undefined) return undefined;
  const { levels, besideAt: _, ...rest } = fitted;
  return { ...rest, store: { ...levels, fingerprintBits: room.fingerprintBits } };
}

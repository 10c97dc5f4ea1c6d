/** The fingerprint store: a table with the fingerprints of all states, and the states of two levels. */
import type { Fitted, Room, StorePlanner } from "./room.ts";
import { fitTwoLevels, type TwoLevelPlan } from "./two-level-plan.ts";

export type FingerprintPlan = TwoLevelPlan;

export const fingerprintPlanner: StorePlanner<FingerprintPlan> = { areaBytes: () => 0, fit };

function fit(room: Room): Fitted<FingerprintPlan> | undefined {
  const fitted = fitTwoLevels(room, { bytes: 0, maxStates: (log2) => Math.floor(0.75 * 2 ** log2) });
  if (fitted === undefined) return undefined;
  const { levels, besideAt, ...rest } = fitted;
  return { ...rest, store: levels };
}

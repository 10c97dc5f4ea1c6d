/** The fingerprint store knows each state by 64 bits (docs/internals/stores.md). */
import { fingerprintEntryBytes } from "../../memory/fingerprint-plan.ts";
import { instantiate, type SearchCode } from "../memory/module-instance.ts";
import type { SharedMemory } from "../memory/shared-memory.ts";
import { collisionBound } from "./omission-probability.ts";
import type { StoreKind, StoreThread } from "./store.ts";
import { growOwnTable, judgeBySlots, type LevelsInMemory, twoLevels, twoLevelThread } from "./two-levels.ts";

type Shared = SharedMemory<"fingerprint">;

export const fingerprint: StoreKind<"fingerprint"> = {
  keepsLevelsInFile: true,
  partitionOf: () => undefined,
  open(shared, levelFiles) {
    const levels = twoLevels(shared, levelFiles, fingerprintEntryBytes);
    return {
      ...levels,
      isComplete: true,
      worksBetweenLevels: false,
      thread: (code, worker) => threadOf(shared, levels, code, worker),
      omissions: (states) => ({
        omissionProbability: collisionBound(states, shared.plan.store.fingerprintBits),
        filled: undefined,
      }),
    };
  },
};

function threadOf(shared: Shared, levels: LevelsInMemory, code: SearchCode, worker: number): StoreThread {
  const exports = instantiate(code, shared, worker);
  const thread = twoLevelThread(shared, exports);
  return {
    ...thread,
    grow: growOwnTable(shared, exports, worker),
    workBetweenLevels() {},
    ...judgeBySlots(shared, levels, exports, thread),
  };
}

/** The fingerprint store knows each state by 64 bits (docs/internals/stores.md). */
import { type SlotFunctions, slotFunctions } from "../../codegen/wasm/store/exported-functions.ts";
import { fingerprintEntryBytes } from "../../memory/fingerprint-plan.ts";
import { firstLivelockedInFile } from "../livelock/first-livelocked-in-file.ts";
import { functionsOf, instantiate, type SearchCode } from "../memory/module-instance.ts";
import { get, notedSuccessors, type SharedMemory } from "../memory/shared-memory.ts";
import { collisionBound } from "./omission-probability.ts";
import type { Store, StoreKind, StoreThread } from "./store.ts";
import { twoLevels, twoLevelThread } from "./two-levels.ts";

type Shared = SharedMemory<"fingerprint">;

export const fingerprint: StoreKind<"fingerprint"> = {
  keepsLevelsInFile: true,
  partitionOf: () => undefined,
  open(shared, levelFile) {
    const levels = twoLevels(shared, levelFile, fingerprintEntryBytes);
    return {
      ...levels,
      isComplete: true,
      worksBetweenLevels: false,
      thread: (code, worker) => threadOf(shared, levels, code, worker),
      omissions: () => ({
        omissionProbability: collisionBound(get(shared, "states"), shared.plan.store.fingerprintBits),
        filled: undefined,
      }),
    };
  },
};

function threadOf(
  shared: Shared,
  { wordsOf, endOfIndices }: Pick<Store, "wordsOf" | "endOfIndices">,
  code: SearchCode,
  worker: number,
): StoreThread {
  const exports = instantiate(code, shared, worker);
  const thread = twoLevelThread(shared, exports, worker);
  return {
    ...thread,
    workBetweenLevels() {},
    firstLivelocked(reduction, archive) {
      const noted = notedSuccessors(shared, endOfIndices);
      if (noted === undefined) return undefined;
      const lookup = { ...thread.functions, ...functionsOf<SlotFunctions>(exports, slotFunctions) };
      return firstLivelockedInFile(shared, { lookup, noted, wordsOf }, reduction, archive);
    },
  };
}

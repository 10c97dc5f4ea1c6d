/** The bitstate store knows the states of finished levels by three bits of a filter (docs/internals/stores.md). */
import { lineBytes } from "../../memory/bitstate-plan.ts";
import { fingerprintEntryBytes } from "../../memory/fingerprint-plan.ts";
import { instantiate } from "../memory/module-instance.ts";
import { get, put, type SharedMemory } from "../memory/shared-memory.ts";
import { filterLevel } from "./filter-level.ts";
import { filterOmissions } from "./omission-probability.ts";
import type { StoreKind } from "./store.ts";
import { growOwnTable, twoLevels, twoLevelThread } from "./two-levels.ts";

export const bitstate: StoreKind<"bitstate"> = {
  keepsLevelsInFile: true,
  partitionOf: () => undefined,
  open(shared, levelFiles) {
    const levels = twoLevels(shared, levelFiles, fingerprintEntryBytes);
    const { filterAt, filterLines } = shared.plan.store;
    const filterBytes = filterLines * lineBytes;
    const abandonBlocks = (): void => {
      levels.abandonBlocks();
      emptyTable(shared);
    };
    return {
      ...levels,
      isComplete: false,
      worksBetweenLevels: true,
      begin: abandonBlocks,
      abandonBlocks,
      leaveLevel(firstSegment, endSegment) {
        levels.leaveLevel(firstSegment, endSegment);
        emptyTable(shared);
      },
      thread(code, worker) {
        const exports = instantiate(code, shared, worker);
        const thread = twoLevelThread(shared, exports);
        return {
          ...thread,
          grow: growOwnTable(shared, exports, worker),
          workBetweenLevels: () => filterLevel(shared, thread.enter, worker),
          // If states were missed, paths to the end may have been missed too.
          firstLivelocked: () => undefined,
          finishing: () => undefined,
          graph: () => undefined,
        };
      },
      bytesInUse: () => filterBytes + levels.bytesInUse(),
      usedRanges: () => [[filterAt, filterAt + filterBytes], ...levels.usedRanges()],
      omissions: () => filterOmissions(shared),
    };
  },
};

/** At the start of a level the filter has all states, and the table none. */
function emptyTable(shared: SharedMemory): void {
  put(shared, "outOfTable", get(shared, "states"));
}

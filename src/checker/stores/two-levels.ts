/** The common part of stores that keep the states of two levels in memory, and those of finished levels in a file. */
import {
  type GrowthFunctions,
  growthFunctions,
  type SearchFunctions,
  type SlotFunctions,
  searchFunctions,
  slotFunctions,
} from "../../codegen/wasm/store/exported-functions.ts";
import { required } from "../../ir/lookup.ts";
import { blockSize } from "../../memory/memory-map.ts";
import type { TwoLevelName } from "../../memory/memory-plan.ts";
import { levelArchive } from "../disk/level-archive.ts";
import { bytesWritten, type LevelFile, writeSegment } from "../disk/level-file.ts";
import type { ExploredStates } from "../livelock/first-livelocked.ts";
import { finishingBySlots, firstLivelockedInFile } from "../livelock/first-livelocked-in-file.ts";
import { storedGraph } from "../livelock/stored-graph.ts";
import { functionsOf } from "../memory/module-instance.ts";
import { usedRanges } from "../memory/reused-memory.ts";
import {
  bytesOfStates,
  get,
  notedSuccessors,
  put,
  type SharedMemory,
  segment,
  statesBetween,
  stateWords,
} from "../memory/shared-memory.ts";
import { growInPlace } from "./growth-in-place.ts";
import { releaseAllBut, releaseBlocks, roomInBlocks, usedBlocks } from "./recycled-blocks.ts";
import type { Store, StoreThread } from "./store.ts";
import { usualTable } from "./usual-table.ts";

type Shared = SharedMemory<TwoLevelName>;

export function twoLevels(
  shared: Shared,
  levelFile: LevelFile | undefined,
  entryBytes: number,
): Omit<Store, "isComplete" | "worksBetweenLevels" | "thread" | "omissions"> {
  const file = required(levelFile, "the file of finished levels");
  const { blocks, freeAt } = shared.plan.store;
  const segmentsInMemory = () => {
    const first = get(shared, "levelFirst");
    return Array.from({ length: get(shared, "levelEnd") - first }, (_, i) => segment(shared, first + i));
  };
  const abandonBlocks = (): void => releaseAllBut(shared, get(shared, "levelFirst"), get(shared, "levelEnd"));
  return {
    shared,
    endOfIndices: blocks * blockSize,
    prepare: () => put(shared, "freeBlocks", blocks),
    begin: abandonBlocks,
    abandonBlocks,
    room: () => roomInBlocks(shared),
    ...usualTable,
    growsBeside: () => false,
    leaveLevel: (firstSegment, endSegment) => releaseBlocks(shared, firstSegment, endSegment),
    takeSegment: (number) => writeSegment(shared, file, number),
    wordsOf: (index) => stateWords(shared, index),
    bytesInUse: () =>
      entryBytes * 2 ** get(shared, "tableLog2") + bytesOfStates(shared, usedBlocks(shared) * blockSize),
    usedRanges: () => [
      [freeAt, freeAt + blocks * 4],
      ...usedRanges(shared, usedBlocks(shared) * blockSize, entryBytes),
    ],
    archive: () => levelArchive(shared, file),
    parts: () => undefined,
    bytesOnDisk: () => bytesWritten(shared),
    segmentsInMemory,
    *checkpointBody() {
      for (const { first, end } of segmentsInMemory()) yield statesBetween(shared, first, end);
    },
  };
}

export function twoLevelThread(
  shared: Shared,
  exports: WebAssembly.Exports,
): Omit<StoreThread, "grow" | "workBetweenLevels" | "firstLivelocked" | "finishing" | "graph"> {
  const functions = functionsOf<SearchFunctions>(exports, searchFunctions);
  const { statesAt, stride } = shared.plan;
  return {
    functions,
    reach: () => {},
    addressOf: (index) => (statesAt + index * stride) | 0,
    enter: functions.reinsert,
  };
}

/** For stores whose table is in the memory of the search. */
export function growOwnTable(shared: Shared, exports: WebAssembly.Exports, worker: number): StoreThread["grow"] {
  const table = functionsOf<GrowthFunctions>(exports, growthFunctions);
  const { setTableMask } = functionsOf<SearchFunctions>(exports, searchFunctions);
  return (oldEntries) => growInPlace(shared, { tables: [table], setTableMask }, worker, oldEntries);
}

/** What a thread takes from the store to read the states of the level that is in memory. */
export type LevelsInMemory = Pick<Store, "wordsOf" | "endOfIndices">;

/** For stores whose table has a slot for each state: a bit for each slot says whether the state can finish. */
export function judgeBySlots(
  shared: Shared,
  { wordsOf, endOfIndices }: LevelsInMemory,
  exports: WebAssembly.Exports,
  functions: SearchFunctions,
): Pick<StoreThread, "firstLivelocked" | "finishing" | "graph"> {
  const explored = (): ExploredStates<SlotFunctions> | undefined => {
    const noted = notedSuccessors(shared, endOfIndices);
    if (noted === undefined) return undefined;
    return { lookup: { ...functionsOf<SlotFunctions>(exports, slotFunctions), ...functions }, noted, wordsOf };
  };
  return {
    firstLivelocked(reduction, archive) {
      const states = explored();
      return states && firstLivelockedInFile(shared, states, reduction, archive);
    },
    graph() {
      const lookup = { ...functionsOf<SlotFunctions>(exports, slotFunctions), ...functions };
      return storedGraph(shared, lookup, { nodes: 2 ** get(shared, "tableLog2"), reach: () => {} });
    },
    finishing(archive) {
      const states = explored();
      return states && finishingBySlots(shared, states, archive);
    },
  };
}

/** The common part of stores that keep the states of two levels in memory, and those of finished levels in a file. */
import {
  type GrowthFunctions,
  growthFunctions,
  type KeyNoteFunctions,
  keyNoteFunctions,
  type LoopFunctions,
  loopFunctions,
  type SearchFunctions,
  type SlotFunctions,
  searchFunctions,
  slotFunctions,
} from "../../codegen/wasm/store/exported-functions.ts";
import { required } from "../../ir/lookup.ts";
import { blockSize } from "../../memory/memory-map.ts";
import type { TwoLevelName } from "../../memory/memory-plan.ts";
import { levelArchive } from "../disk/level-archive.ts";
import { bytesWritten, type LevelFile, type LevelFiles, writeNotes, writeSegment } from "../disk/level-file.ts";
import { type ExploredInFile, finishingBySlots, firstLivelockedInFile } from "../livelock/first-livelocked-in-file.ts";
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
  stateWords,
  storedBetween,
  tableEntries,
  tableSlots,
} from "../memory/shared-memory.ts";
import { growInPlace } from "./growth-in-place.ts";
import { freeBlock, releaseAllBut, releaseBlocks, roomInBlocks, usedBlocks } from "./recycled-blocks.ts";
import type { Store, StoreThread } from "./store.ts";
import { usualTable } from "./usual-table.ts";

type Shared = SharedMemory<TwoLevelName>;

export function twoLevels(
  shared: Shared,
  levelFiles: LevelFiles | undefined,
  entryBytes: number,
  wordsOf: Store["wordsOf"] = (index) => stateWords(shared, index),
): LevelsInMemory & Omit<Store, "isComplete" | "worksBetweenLevels" | "thread" | "omissions"> {
  const { states: file, notes } = required(levelFiles, "the files of finished levels");
  const { blocks, freeAt } = shared.plan.store;
  const segmentsInMemory = () => {
    const first = get(shared, "levelFirst");
    return Array.from({ length: get(shared, "levelEnd") - first }, (_, i) => segment(shared, first + i));
  };
  const abandonBlocks = (): void => releaseAllBut(shared, get(shared, "levelFirst"), get(shared, "levelEnd"));
  return {
    shared,
    notes,
    endOfIndices: blocks * blockSize,
    prepare: () => put(shared, "freeBlocks", blocks),
    begin: abandonBlocks,
    abandonBlocks,
    room: () => roomInBlocks(shared),
    ...usualTable,
    growsBeside: () => false,
    leaveLevel: (firstSegment, endSegment) => releaseBlocks(shared, firstSegment, endSegment),
    takeSegment: (number) => writeSegment(shared, file, number),
    leaveSegment: (number) => writeNotes(shared, notes, number),
    wordsOf,
    bytesInUse: () => entryBytes * tableEntries(shared) + bytesOfStates(shared, usedBlocks(shared) * blockSize),
    usedRanges: (more = 0) => [
      [freeAt + (blocks - usedBlocks(shared)) * 4, freeAt + blocks * 4],
      ...usedRanges(shared, usedBlocks(shared) * blockSize + more, entryBytes),
    ],
    archive: () => levelArchive(shared, file, wordsOf),
    partition: undefined,
    parts: () => undefined,
    bytesOnDisk: () => bytesWritten(shared),
    segmentsInMemory,
    *checkpointBody() {
      for (const { first, end } of segmentsInMemory()) yield storedBetween(shared, first, end);
    },
    *statesOf({ sizes, levelFirst, body, finished }) {
      yield* finished;
      const { storedBytes } = shared.plan;
      const buffer = new Uint8Array(blockSize * storedBytes);
      for (const size of sizes.slice(levelFirst)) {
        const stored = buffer.subarray(0, size * storedBytes);
        body.fill(stored);
        yield stored;
      }
      body.end();
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
    storeFirst(state) {
      stateWords(shared, 0).set(state);
      functions.reinsert(0, 1);
    },
    enter: functions.reinsert,
    enterStored: (stored) => enterStored(shared, functions.reinsert, stored),
  };
}

/** Enters a segment of a finished level, for which it uses a free block. */
export function enterStored(shared: Shared, enter: StoreThread["enter"], stored: Uint8Array): void {
  const first = freeBlock(shared) * blockSize;
  const end = first + stored.length / shared.plan.storedBytes;
  storedBetween(shared, first, end).set(stored);
  enter(first, end);
}

/** For stores whose table is in the memory of the search. */
export function growOwnTable(shared: Shared, exports: WebAssembly.Exports, worker: number): StoreThread["grow"] {
  const table = functionsOf<GrowthFunctions>(exports, growthFunctions);
  const { setTableSize } = functionsOf<SearchFunctions>(exports, searchFunctions);
  return (oldEntries) => growInPlace(shared, { tables: [table], setTableSize }, worker, oldEntries);
}

/** What a thread takes from the store to read the states of the level that is in memory. */
export interface LevelsInMemory extends Pick<Store, "wordsOf" | "endOfIndices"> {
  readonly notes: LevelFile;
}

/** For stores whose table has a slot for each state: a bit for each slot says whether the state can finish. */
export function judgeBySlots(
  shared: Shared,
  { wordsOf, endOfIndices, notes }: LevelsInMemory,
  exports: WebAssembly.Exports,
  { functions, reach }: Pick<StoreThread, "functions" | "reach">,
): Pick<StoreThread, "firstLivelocked" | "finishing" | "graph"> {
  const explored = (): ExploredInFile | undefined => {
    const noted = notedSuccessors(shared, endOfIndices);
    if (noted === undefined) return undefined;
    const lookup = { ...functionsOf<SlotFunctions>(exports, slotFunctions), ...functions };
    const byKey =
      shared.plan.keyNotesAt === undefined
        ? undefined
        : { lookup: functionsOf<KeyNoteFunctions>(exports, keyNoteFunctions), file: notes };
    return { lookup, noted, wordsOf, byKey };
  };
  return {
    firstLivelocked(reduction, archive) {
      const states = explored();
      return states && firstLivelockedInFile(shared, { ...states, reach }, reduction, archive);
    },
    graph() {
      const ofStates = { ...functionsOf<SlotFunctions>(exports, slotFunctions), ...functions };
      const lookup = { ...ofStates, ...functionsOf<LoopFunctions>(exports, loopFunctions) };
      return storedGraph(shared, lookup, { nodes: tableSlots(shared), reach });
    },
    finishing(archive) {
      const states = explored();
      return states && finishingBySlots(shared, states, archive);
    },
  };
}

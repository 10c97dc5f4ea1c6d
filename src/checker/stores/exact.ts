/** The exact store keeps all states whole, and compares them (docs/internals/search.md). */

import { type WindowFunctions, windowFunctions } from "../../codegen/wasm/store/exact/stored-states.ts";
import {
  type LookupFunctions,
  type LoopFunctions,
  lookupFunctions,
  loopFunctions,
  type SearchFunctions,
  searchFunctions,
} from "../../codegen/wasm/store/exported-functions.ts";
import { exactEntryBytes } from "../../memory/exact-plan.ts";
import { blockSize } from "../../memory/memory-map.ts";
import { type ExploredStates, finishingByNotes, firstLivelocked } from "../livelock/first-livelocked.ts";
import { storedGraph } from "../livelock/stored-graph.ts";
import { functionsOf, instantiate, instantiateBanks, type SearchCode } from "../memory/module-instance.ts";
import { usedRanges } from "../memory/reused-memory.ts";
import { segmentsByLevel } from "../memory/segments.ts";
import {
  bytesOfStates,
  get,
  noteBytes,
  notedSuccessors,
  put,
  type SharedMemory,
  segment,
  tableEntries,
} from "../memory/shared-memory.ts";
import { bankWindow, bytesBetween, noWindow, wordsOf } from "./bank-window.ts";
import { growTable } from "./exact-growth.ts";
import type { Store, StoreKind, StoreThread } from "./store.ts";
import { usualTable } from "./usual-table.ts";

type Shared = SharedMemory<"exact">;

export const exact: StoreKind<"exact"> = { keepsLevelsInFile: false, partitionOf: () => undefined, open };

function open(shared: Shared): Store {
  const { plan } = shared;
  const segmentsInMemory = () =>
    Array.from({ length: get(shared, "levelEnd") }, (_, number) => segment(shared, number));
  return {
    shared,
    isComplete: true,
    worksBetweenLevels: false,
    endOfIndices: plan.maxStates,
    thread: (code, worker) => threadOf(shared, code, worker),
    prepare() {},
    begin() {},
    abandonBlocks: () => put(shared, "abandoned", get(shared, "nextBlock") * blockSize - get(shared, "states")),
    room: () => Number.POSITIVE_INFINITY,
    ...usualTable,
    growsBeside: () => false,
    leaveLevel() {},
    takeSegment: () => true,
    leaveSegment() {},
    wordsOf: (index) => wordsOf(shared, index),
    bytesInUse: () => exactEntryBytes * tableEntries(shared) + bytesOfStates(shared, get(shared, "states")),
    // After the last block nothing was written. The block itself may hold a state that was not needed in the end.
    usedRanges: (more = 0) => usedRanges(shared, get(shared, "nextBlock") * blockSize + more, exactEntryBytes),
    archive() {
      const byLevel = segmentsByLevel(shared);
      return {
        levels: byLevel.levels,
        bring: byLevel.of,
        keep: () => {},
        wordsOf: (_, index) => wordsOf(shared, index),
      };
    },
    omissions: () => ({ omissionProbability: 0, filled: undefined }),
    partition: undefined,
    parts: () => undefined,
    bytesOnDisk: () => 0,
    segmentsInMemory,
    /** The states of all levels, and what was noted of the successors of those that were expanded. */
    *checkpointBody() {
      const segments = segmentsInMemory();
      for (const { first, end } of segments) yield bytesBetween(shared, first, end);
      const noted = notedSuccessors(shared, plan.maxStates);
      if (noted === undefined) return;
      for (const { first, end } of segments.slice(0, get(shared, "levelFirst")))
        yield new Uint8Array(noted.buffer, noted.byteOffset + first * noteBytes, (end - first) * noteBytes);
    },
    *statesOf({ sizes, levelFirst, body }) {
      const buffer = new Uint8Array(blockSize * plan.stride);
      for (const size of sizes) {
        const states = buffer.subarray(0, size * plan.stride);
        body.fill(states);
        yield states;
      }
      // The notes are numbers that mean something to the other process only.
      if (plan.notesAt !== undefined)
        for (const size of sizes.slice(0, levelFirst)) body.fill(buffer.subarray(0, size * noteBytes));
      body.end();
    },
  };
}

function threadOf(shared: Shared, code: SearchCode, worker: number): StoreThread {
  const exports = instantiate(code, shared, worker, instantiateBanks(code, shared));
  const functions = functionsOf<SearchFunctions>(exports, searchFunctions);
  const { reach, addressOf } =
    shared.banks.length === 0
      ? noWindow(shared)
      : bankWindow(shared, functionsOf<WindowFunctions>(exports, windowFunctions), worker);
  const enter = (first: number, end: number): void => {
    reach(first, end);
    functions.reinsert(first, end);
  };
  const explored = (): ExploredStates | undefined => {
    const noted = notedSuccessors(shared, shared.plan.maxStates);
    if (noted === undefined) return undefined;
    const lookup = { ...functions, ...functionsOf<LookupFunctions>(exports, lookupFunctions) };
    return { lookup, noted, wordsOf: (index) => wordsOf(shared, index) };
  };
  return {
    functions,
    reach,
    addressOf,
    storeFirst(state) {
      wordsOf(shared, 0).set(state);
      enter(0, 1);
    },
    enter,
    enterStored() {
      throw new Error("this store has no file of finished levels");
    },
    grow: (oldEntries) => growTable(shared, { functions, enter }, worker, oldEntries),
    workBetweenLevels() {},
    firstLivelocked(reduction) {
      const states = explored();
      return states && firstLivelocked(shared, { ...states, reach }, reduction);
    },
    graph() {
      const lookup = { ...functions, ...functionsOf<LoopFunctions>(exports, loopFunctions) };
      return storedGraph(shared, lookup, { nodes: get(shared, "nextBlock") * blockSize, reach });
    },
    finishing() {
      const states = explored();
      return states && finishingByNotes(shared, states);
    },
  };
}

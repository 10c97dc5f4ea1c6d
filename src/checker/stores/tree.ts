/** The tree store knows each state exactly, by the numbers of its two parts (docs/internals/stores.md). */
import type { Names, SearchFunctions } from "../../codegen/wasm/store/exported-functions.ts";
import { type FirstFunctions, firstFunctions } from "../../codegen/wasm/store/tree/tree-entering.ts";
import { type WindowFunctions, windowFunctions } from "../../codegen/wasm/store/tree/whole-window.ts";
import { mostFilled, rootBytes } from "../../memory/tree-plan.ts";
import { passBarrier } from "../memory/barrier.ts";
import { functionsOf, instantiate, instantiateBanks, type SearchCode } from "../memory/module-instance.ts";
import { areaOf, get, put, type SharedMemory, tableEntries, tableSlots } from "../memory/shared-memory.ts";
import { chosenSplit } from "../split/chosen-split.ts";
import {
  bodyOfParts,
  countParts,
  type GrowPartsFunctions,
  growParts,
  growPartsFunctions,
  partsAreFull,
  partsMustGrow,
  prepareParts,
  rangesOfParts,
  readParts,
  stateOfParts,
  statesOfPairs,
} from "./part-tables.ts";
import type { StoreKind, StoreThread } from "./store.ts";
import { StoreFull } from "./store-full.ts";
import { enterStored, judgeBySlots, type LevelsInMemory, twoLevels, twoLevelThread } from "./two-levels.ts";

type Shared = SharedMemory<"tree">;

/**
 * A small table doubles, one of 32 MiB or more becomes larger by a half at most. From 256 MiB on a table has 9, 11, 13 or 15
 * times a power of two cells, so it grows by 15 to 22 %. With more sizes a table is fuller, but each moves every root. With
 * four, a root is moved five to six times, which takes about a tenth of the search's time.
 */
function largerTable(entries: number): number {
  const whole = 2 ** Math.floor(Math.log2(entries));
  if (entries < 2 ** 23) return 2 * whole;
  if (entries < 2 ** 26) return entries + whole / 2;
  const eighths = (entries / whole) * 8;
  const next = [9, 11, 13, 15].find((one) => one > eighths) ?? 18;
  return (next * whole) / 8;
}

export const tree: StoreKind<"tree"> = {
  keepsLevelsInFile: true,
  partitionOf: (program, layout, symmetries) => ({ leftMasks: chosenSplit(program, layout, symmetries) }),
  open(shared, levelFiles) {
    const inBanks = shared.banks.length > 0;
    const levels = twoLevels(shared, levelFiles, inBanks ? 0 : rootBytes, (index) => stateOfParts(shared, index));
    const { partBits, left } = shared.plan.store;
    return {
      ...levels,
      isComplete: true,
      worksBetweenLevels: false,
      prepare() {
        levels.prepare();
        prepareParts(shared);
      },
      mostStatesIn: (entries) => mostFilled(2 * partBits, entries) * entries,
      largerTable,
      growsBeside: () => partsMustGrow(shared),
      room: () => (isFull(shared) ? 0 : levels.room()),
      thread: (code, worker) => threadOf(shared, levels, code, worker),
      bytesInUse: () =>
        rangesOfParts(shared).reduce(
          (sum, [from, to]) => sum + to - from,
          levels.bytesInUse() + (inBanks ? rootBytes * tableSlots(shared) : 0),
        ),
      usedRanges: (more) => [...rangesOfParts(shared), ...levels.usedRanges(more)],
      omissions: () => ({ omissionProbability: 0, filled: undefined }),
      partition: { leftMasks: left.masks },
      parts: () => countParts(shared),
      *checkpointBody() {
        yield* bodyOfParts(shared);
        yield* levels.checkpointBody();
      },
      *statesOf(saved) {
        const parts = readParts(shared.plan, saved.body);
        for (const pairs of levels.statesOf(saved)) yield statesOfPairs(shared.plan, parts, pairs);
      },
    };
  },
};

function isFull(shared: Shared): boolean {
  return get(shared, "rootsFull") !== 0 || partsAreFull(shared);
}

function threadOf(shared: Shared, levels: LevelsInMemory, code: SearchCode, worker: number): StoreThread {
  const banks = instantiateBanks(code, shared);
  const exports = instantiate(code, shared, worker, banks);
  const thread = twoLevelThread(shared, exports);
  const own = functionsOf<GrowPartsFunctions>(exports, growPartsFunctions);
  const roots = rootTables(exports, banks);
  const functions = { ...thread.functions, setTableSize: roots.setTableSize };
  const { reach, storeFirst } = functionsOf<WindowFunctions & FirstFunctions>(exports, {
    ...windowFunctions,
    ...firstFunctions,
  });
  const windowAt = areaOf(shared.plan, worker) + shared.plan.store.windowIn;
  const enter = (first: number, end: number): void => {
    growParts(shared, own);
    thread.enter(first, end);
    if (isFull(shared)) throw new StoreFull("no room for the parts of more states");
  };
  return {
    ...thread,
    functions,
    reach,
    addressOf(index) {
      reach(index, index + 1);
      return windowAt | 0;
    },
    storeFirst: (state) => storeFirst(state.byteOffset | 0),
    enter,
    enterStored: (stored) => enterStored(shared, enter, stored),
    grow(oldEntries) {
      if (worker % get(shared, "participants") === 0) growParts(shared, own);
      if (tableEntries(shared) === oldEntries) return passBarrier(shared, () => {});
      growRoots(shared, roots, worker, oldEntries);
      return passBarrier(shared, () => {});
    },
    workBetweenLevels() {},
    ...judgeBySlots(shared, levels, exports, { functions, reach }),
  };
}

/** Exported by the module with the roots: that of the search, or each bank's (src/codegen/wasm/store/tree/root-table.ts). */
interface RootTable {
  readonly setRootsSize: (entries: number) => void;
  readonly grow: (entries: number, oldSlots: number) => number;
}

const rootTable: Names<RootTable> = { setRootsSize: true, grow: true };

interface RootTables extends Pick<SearchFunctions, "setTableSize"> {
  readonly tables: readonly RootTable[];
}

function rootTables(exports: WebAssembly.Exports, banks: readonly WebAssembly.Exports[]): RootTables {
  const tables = (banks.length === 0 ? [exports] : banks).map((one) => functionsOf<RootTable>(one, rootTable));
  return {
    tables,
    setTableSize(entries) {
      for (const { setRootsSize } of tables) setRootsSize(entries / tables.length);
    },
  };
}

/** Each table is enlarged by one thread. */
function growRoots(shared: Shared, { tables, setTableSize }: RootTables, worker: number, oldEntries: number): void {
  const participants = get(shared, "participants");
  const entries = tableEntries(shared);
  const oldSlots = oldEntries + shared.plan.slotsBeyond;
  for (const [number, { grow }] of tables.entries()) {
    if (number % participants !== worker % participants) continue;
    if (grow(entries / tables.length, oldSlots / tables.length) !== 0) put(shared, "rootsFull", 1);
  }
  setTableSize(entries);
}

/** The tree store knows each state exactly, by the numbers of its two parts (docs/internals/stores.md). */
import {
  type GrowthFunctions,
  growthFunctions,
  type Names,
  type SearchFunctions,
} from "../../codegen/wasm/store/exported-functions.ts";
import { type FirstFunctions, firstFunctions } from "../../codegen/wasm/store/tree/tree-entering.ts";
import { type WindowFunctions, windowFunctions } from "../../codegen/wasm/store/tree/whole-window.ts";
import { mostFilled, rootBytes } from "../../memory/tree-plan.ts";
import { passBarrier } from "../memory/barrier.ts";
import { functionsOf, instantiate, instantiateBanks, type SearchCode } from "../memory/module-instance.ts";
import { areaOf, get, put, type SharedMemory } from "../memory/shared-memory.ts";
import { chosenSplit } from "../split/chosen-split.ts";
import { type GrowingTables, growInPlace } from "./growth-in-place.ts";
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
      mostStatesIn: (log2) => mostFilled(2 * partBits, log2) * 2 ** log2,
      // A root moves without a look at its parts, so growth is cheap.
      largerTable: (log2) => log2 + 1,
      growsBeside: () => partsMustGrow(shared),
      room: () => (isFull(shared) ? 0 : levels.room()),
      thread: (code, worker) => threadOf(shared, levels, code, worker),
      bytesInUse: () =>
        rangesOfParts(shared).reduce(
          (sum, [from, to]) => sum + to - from,
          levels.bytesInUse() + (inBanks ? rootBytes * 2 ** get(shared, "tableLog2") : 0),
        ),
      usedRanges: () => [...rangesOfParts(shared), ...levels.usedRanges()],
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
  const roots = rootTables(shared, exports, banks);
  const functions = { ...thread.functions, setTableMask: roots.setTableMask };
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
      if (2 ** get(shared, "tableLog2") === oldEntries) return passBarrier(shared, () => {});
      return growInPlace(shared, roots, worker, oldEntries);
    },
    workBetweenLevels() {},
    ...judgeBySlots(shared, levels, exports, { functions, reach }),
  };
}

/** Exported by the module with the roots: that of the search, or each bank's. */
interface RootTableFunctions extends Pick<GrowthFunctions, "firstEmpty">, Pick<SearchFunctions, "setTableMask"> {
  /** As in other stores, but returns 1 if a root has no place in the new table. */
  readonly rehash: (from: number, to: number, oldMask: number) => number;
}

const rootTableFunctions: Names<RootTableFunctions> = { ...growthFunctions, setTableMask: true };

function rootTables(
  shared: Shared,
  exports: WebAssembly.Exports,
  banks: readonly WebAssembly.Exports[],
): GrowingTables {
  const modules = (banks.length === 0 ? [exports] : banks).map((one) =>
    functionsOf<RootTableFunctions>(one, rootTableFunctions),
  );
  return {
    tables: modules.map(({ firstEmpty, rehash }) => ({
      firstEmpty,
      rehash(from, to, oldMask) {
        if (rehash(from, to, oldMask) !== 0) put(shared, "rootsFull", 1);
      },
    })),
    setTableMask(mask) {
      for (const { setTableMask } of modules) setTableMask((mask + 1) / modules.length - 1);
    },
  };
}

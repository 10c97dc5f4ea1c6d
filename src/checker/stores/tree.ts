/** The tree store knows each state exactly, by the numbers of its two parts (docs/internals/stores.md). */
import type { Names, SearchFunctions } from "../../codegen/wasm/store/exported-functions.ts";
import { type ReshapeFunctions, reshapeFunctionNames } from "../../codegen/wasm/store/tree/reshaping.ts";
import { type FirstFunctions, firstFunctions } from "../../codegen/wasm/store/tree/tree-entering.ts";
import { type WindowFunctions, windowFunctions } from "../../codegen/wasm/store/tree/whole-window.ts";
import { mostFilled, type RootShape, wideShape } from "../../memory/root-shape.ts";
import { rootBytes } from "../../memory/tree-plan.ts";
import type { LevelFile } from "../disk/level-file.ts";
import { passBarrier } from "../memory/barrier.ts";
import { functionsOf, instantiate, instantiateBanks, type SearchCode } from "../memory/module-instance.ts";
import type { UsedRange } from "../memory/reused-memory.ts";
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
  partsOutgrowKeys,
  prepareParts,
  rangesOfParts,
  readParts,
  stateOfParts,
  statesOfPairs,
  takenParts,
} from "./part-tables.ts";
import { reshapeRoots } from "./root-reshaping.ts";
import { currentShape, haveSameShape, largerWideTable, nextSize, putShape } from "./root-sizes.ts";
import type { StoreKind, StoreThread } from "./store.ts";
import { StoreFull } from "./store-full.ts";
import { enterStored, judgeBySlots, type LevelsInMemory, twoLevels, twoLevelThread } from "./two-levels.ts";

type Shared = SharedMemory<"tree">;

export const tree: StoreKind<"tree"> = {
  keepsLevelsInFile: true,
  partitionOf: (program, layout, symmetries) => ({ leftMasks: chosenSplit(program, layout, symmetries) }),
  open(shared, levelFiles) {
    const inBanks = shared.banks.length > 0;
    const levels = twoLevels(shared, levelFiles, 0, (index) => stateOfParts(shared, index));
    const { partBits, left } = shared.plan.store;
    const reshaped = (): number => {
      const { entries, shape } = nextSize(shared, takenParts(shared));
      putShape(shared, shape);
      return entries;
    };
    return {
      ...levels,
      isComplete: true,
      worksBetweenLevels: false,
      prepare() {
        levels.prepare();
        prepareParts(shared);
        putShape(shared, wideShape(partBits));
      },
      mostStatesIn: (entries) => mostFilled(currentShape(shared), entries) * entries,
      largerTable: (entries) => (inBanks ? largerWideTable(entries) : reshaped()),
      growsBeside() {
        if (!partsOutgrowKeys(shared)) return partsMustGrow(shared);
        put(shared, "tableEntries", reshaped());
        return true;
      },
      room: () => (isFull(shared) ? 0 : levels.room()),
      thread: (code, worker) => threadOf(shared, levels, code, worker),
      bytesInUse: () =>
        rangesOfParts(shared).reduce((sum, [from, to]) => sum + to - from, levels.bytesInUse() + tableBytes(shared)),
      usedRanges: (more) => [...rangesOfParts(shared), ...rangesOfRoots(shared), ...levels.usedRanges(more)],
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

/** Of the table of roots. */
function tableBytes(shared: Shared): number {
  return cellBytesOf(currentShape(shared)) * tableSlots(shared);
}

function cellBytesOf({ narrow }: RootShape): number {
  return narrow ? rootBytes / 2 : rootBytes;
}

function isFull(shared: Shared): boolean {
  return get(shared, "rootsFull") !== 0 || partsAreFull(shared);
}

function threadOf(shared: Shared, levels: LevelsInMemory, code: SearchCode, worker: number): StoreThread {
  const banks = instantiateBanks(code, shared);
  const exports = instantiate(code, shared, worker, banks);
  const thread = twoLevelThread(shared, exports);
  const own = functionsOf<GrowPartsFunctions>(exports, growPartsFunctions);
  const roots = rootTables(shared, exports, banks);
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
      const shape = currentShape(shared);
      if (tableEntries(shared) !== oldEntries || !haveSameShape(shape, roots.shape()))
        growRoots(shared, roots, levels.notes, worker, oldEntries);
      if (!passBarrier(shared, () => {})) return false;
      roots.setTableSize(tableEntries(shared));
      return true;
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
  /** Undefined if the roots are in banks. Then their shape stays. */
  readonly reshaping: ReshapeFunctions | undefined;
  /** The shape that the functions of this thread work with. */
  readonly shape: () => RootShape;
}

function rootTables(shared: Shared, exports: WebAssembly.Exports, banks: readonly WebAssembly.Exports[]): RootTables {
  const tables = (banks.length === 0 ? [exports] : banks).map((one) => functionsOf<RootTable>(one, rootTable));
  let shape = currentShape(shared);
  return {
    tables,
    reshaping: banks.length === 0 ? functionsOf<ReshapeFunctions>(exports, reshapeFunctionNames) : undefined,
    shape: () => shape,
    setTableSize(entries) {
      for (const { setRootsSize } of tables) setRootsSize(entries / tables.length);
      shape = currentShape(shared);
    },
  };
}

/** Each table is enlarged by one thread. */
function growRoots(shared: Shared, roots: RootTables, file: LevelFile, worker: number, oldEntries: number): void {
  const { tables, reshaping } = roots;
  const participants = get(shared, "participants");
  const entries = tableEntries(shared);
  const slots = oldEntries + shared.plan.slotsBeyond;
  const before = roots.shape();
  if (reshaping !== undefined && !haveSameShape(before, currentShape(shared))) {
    if (worker % participants !== 0) return;
    const cellBytes = cellBytesOf(before);
    const begin = (): void => roots.setTableSize(entries);
    const outcome = reshapeRoots(shared, reshaping, file, worker, { slots, cellBytes, begin });
    if (outcome === "no place") put(shared, "rootsFull", 1);
    if (outcome !== "disk full") return;
    // The table has stayed as it was.
    put(shared, "tableEntries", oldEntries);
    putShape(shared, before);
    return;
  }
  for (const [number, { grow }] of tables.entries()) {
    if (number % participants !== worker % participants) continue;
    if (grow(entries / tables.length, slots / tables.length) !== 0) put(shared, "rootsFull", 1);
  }
}

/** Whatever else was written there is zero again, apart from what is written in place of the first table after a search. */
function rangesOfRoots(shared: Shared): readonly UsedRange[] {
  const { tableAt, bankPages, initialEntries } = shared.plan;
  const bytes = Math.max(tableBytes(shared), rootBytes * initialEntries);
  return bankPages.length > 0 ? [] : [[tableAt, tableAt + bytes]];
}

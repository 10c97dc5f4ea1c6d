/** The tree store knows each state exactly, by the numbers of its two parts (docs/internals/stores.md). */
import { blockSize } from "../../memory/memory-map.ts";
import { mostFilled, pairBytes, rootBytes } from "../../memory/tree-plan.ts";
import { passBarrier } from "../memory/barrier.ts";
import { functionsOf, instantiate, type SearchCode } from "../memory/module-instance.ts";
import type { UsedRange } from "../memory/reused-memory.ts";
import { get, type SharedMemory } from "../memory/shared-memory.ts";
import { chosenSplit } from "../split/chosen-split.ts";
import {
  countParts,
  type GrowPartsFunctions,
  growParts,
  growPartsFunctions,
  partsAreFull,
  partsMustGrow,
  prepareParts,
  rangesOfParts,
} from "./part-tables.ts";
import { usedBlocks } from "./recycled-blocks.ts";
import type { StoreKind, StoreThread } from "./store.ts";
import { StoreFull } from "./store-full.ts";
import { judgeBySlots, type LevelsInMemory, twoLevels, twoLevelThread } from "./two-levels.ts";

type Shared = SharedMemory<"tree">;

export const tree: StoreKind<"tree"> = {
  keepsLevelsInFile: true,
  partitionOf: (program, layout, symmetries) => ({ leftMasks: chosenSplit(program, layout, symmetries) }),
  open(shared, levelFile) {
    const levels = twoLevels(shared, levelFile, rootBytes);
    const { partBits, pairsAt } = shared.plan.store;
    const ranges = (): readonly UsedRange[] => [
      ...rangesOfParts(shared),
      [pairsAt, pairsAt + usedBlocks(shared) * blockSize * pairBytes],
    ];
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
      bytesInUse: () => ranges().reduce((sum, [from, to]) => sum + to - from, levels.bytesInUse()),
      usedRanges: () => [...ranges(), ...levels.usedRanges()],
      omissions: () => ({ omissionProbability: 0, filled: undefined }),
      parts: () => countParts(shared),
    };
  },
};

function isFull(shared: Shared): boolean {
  return get(shared, "rootsFull") !== 0 || partsAreFull(shared);
}

function threadOf(shared: Shared, levels: LevelsInMemory, code: SearchCode, worker: number): StoreThread {
  const exports = instantiate(code, shared, worker);
  const thread = twoLevelThread(shared, exports, worker);
  const own = functionsOf<GrowPartsFunctions>(exports, growPartsFunctions);
  return {
    ...thread,
    enter(first, end) {
      growParts(shared, own);
      thread.enter(first, end);
      if (isFull(shared)) throw new StoreFull("no room for the parts of more states");
    },
    grow(oldEntries) {
      if (worker % get(shared, "participants") === 0) growParts(shared, own);
      if (2 ** get(shared, "tableLog2") === oldEntries) return passBarrier(shared, () => {});
      return thread.grow(oldEntries);
    },
    workBetweenLevels() {},
    firstLivelocked: judgeBySlots(shared, levels, exports, thread.functions),
  };
}

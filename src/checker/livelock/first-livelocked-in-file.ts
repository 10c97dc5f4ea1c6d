/**
 * Finds livelocked states as first-livelocked.ts does, but with the states of two levels in memory only. There is no
 * room for the notes of all states. A bit for each slot of the table says whether its state can finish. The tree store has
 * notes in a file, which settle nearly all states (settle-by-keys.ts). The levels with the others are read from the file,
 * from the deepest to the first, and the states are expanded again, until nothing changes.
 */
import type { SlotFunctions } from "../../codegen/wasm/store/exported-functions.ts";
import { at, wordAt } from "../../ir/lookup.ts";
import { ended } from "../../memory/memory-map.ts";
import { type Level, levelOf } from "../contract/indices.ts";
import type { LevelArchive } from "../disk/level-archive.ts";
import { longWord, type SharedMemory, tableEntries, tableSlots } from "../memory/shared-memory.ts";
import type { SymmetryReduction } from "../violations/representative.ts";
import { type Finishing, type Ranges, successorsOf } from "./finishing.ts";
import { type ExploredStates, type Livelocked, leastOf } from "./first-livelocked.ts";
import { type NotesByKey, settleByKeys, unsettledOf } from "./settle-by-keys.ts";
import { add, has, slotBits } from "./slot-bits.ts";

/** `byKey` is undefined if the store has no notes in a file. */
export interface ExploredInFile extends ExploredStates<SlotFunctions> {
  readonly byKey: NotesByKey | undefined;
}

export function firstLivelockedInFile(
  shared: SharedMemory,
  explored: ExploredInFile & { readonly reach: (first: number, end: number) => void },
  reduction: SymmetryReduction,
  archive: LevelArchive,
): Livelocked | undefined {
  const settled = slotBits(tableSlots(shared));
  const finishing = finishingBySlots(shared, explored, archive, settled);
  const { isSettled, settle } = finishing;
  if (explored.byKey !== undefined && settleByKeys(shared, explored.byKey, archive, settled) === 0) return undefined;
  for (let before = Number.POSITIVE_INFINITY; ; ) {
    let now = 0;
    let first: Level | undefined;
    for (let level = levelOf(archive.levels - 1); level >= 0; level--) {
      const ranges = finishing.unsettled(level);
      const batches = successorsOf(shared, finishing.lookup, ranges, explored.reach, (parent, place) => {
        if (isSettled(place)) settle(parent);
      });
      while (batches.next().done !== true);
      const left = finishing.leave(level, ranges);
      if (left > 0) first = level;
      now += left;
    }
    if (first === undefined) return undefined;
    if (now === before) return leastOf(explored, reduction, first, finishing.left(first));
    before = now;
  }
}

/** For stores whose table has a slot for each state. */
export function finishingBySlots(
  shared: SharedMemory,
  { lookup, noted, byKey }: ExploredInFile,
  archive: LevelArchive,
  settled = slotBits(tableSlots(shared)),
): Finishing {
  // Record no violation again.
  longWord(shared, "newViolations")[0] = 0n;
  lookup.setTableSize(tableEntries(shared));
  const left: Ranges[] = [];
  const unsettledAtFirst = (level: Level): Ranges =>
    byKey === undefined
      ? archive.bring(level).map(({ first, end }) => [first, end] as const)
      : unsettledOf(shared, byKey, archive, settled, level);
  return {
    lookup,
    beginSweep() {},
    unsettled(level) {
      const ranges = left[level] ?? unsettledAtFirst(level);
      if (ranges.length > 0) archive.bring(level);
      for (const [first, end] of ranges) noted.fill(0, first, end);
      return ranges;
    },
    isSettled: (place) => place === 0 || has(settled, place - 1),
    settle(index) {
      noted[index] = ended;
    },
    leave(level, ranges) {
      const own: [number, number][] = [];
      for (const [first, end] of ranges) {
        // A range does not go on in the next segment.
        let last: [number, number] | undefined;
        for (let index = first; index < end; index++) {
          if (wordAt(noted, index) === ended) add(settled, lookup.slotOf(index) - 1);
          else if (last?.[1] === index) last[1] = index + 1;
          else {
            last = [index, index + 1];
            own.push(last);
          }
        }
      }
      left[level] = own;
      return own.reduce((sum, [first, end]) => sum + end - first, 0);
    },
    left(level) {
      archive.bring(level);
      return at(left, level);
    },
  };
}

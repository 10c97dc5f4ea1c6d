/**
 * Finds livelocked states as first-livelocked.ts does, but with the states of two levels in memory only. There is no
 * room for the notes of all states. Instead the levels are read from the file, from the deepest to the first, and every
 * state is expanded again. A bit for each slot of the table says whether its state can finish. Most paths lead deeper, so
 * one sweep decides nearly all states. Further sweeps expand only the rest, until nothing changes.
 */
import type { SlotFunctions } from "../../codegen/wasm/store/exported-functions.ts";
import { at, wordAt } from "../../ir/lookup.ts";
import { ended } from "../../memory/memory-map.ts";
import { type Level, levelOf } from "../contract/indices.ts";
import type { LevelArchive } from "../disk/level-archive.ts";
import { get, longWord, type SharedMemory } from "../memory/shared-memory.ts";
import type { SymmetryReduction } from "../violations/representative.ts";
import { expandAgain, type Finishing, type Ranges } from "./finishing.ts";
import { type ExploredStates, type Livelocked, leastOf } from "./first-livelocked.ts";

export function firstLivelockedInFile(
  shared: SharedMemory,
  explored: ExploredStates<SlotFunctions> & { readonly reach: (first: number, end: number) => void },
  reduction: SymmetryReduction,
  archive: LevelArchive,
): Livelocked | undefined {
  const finishing = finishingBySlots(shared, explored, archive);
  for (let before = Number.POSITIVE_INFINITY; ; ) {
    let now = 0;
    let first: Level | undefined;
    for (let level = levelOf(archive.levels - 1); level >= 0; level--) {
      const ranges = finishing.unsettled(level);
      const batches = expandAgain(shared, finishing, ranges, explored.reach);
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
  explored: ExploredStates<SlotFunctions>,
  archive: LevelArchive,
): Finishing {
  const { lookup, noted } = explored;
  const entries = 2 ** get(shared, "tableLog2");
  // Record no violation again.
  longWord(shared, "newViolations")[0] = 0n;
  lookup.setTableMask(entries - 1);
  const settled = new Uint8Array(entries / 8);
  const left: Ranges[] = [];
  return {
    lookup,
    beginSweep() {},
    unsettled(level) {
      const ranges = left[level] ?? archive.bring(level).map(({ first, end }) => [first, end] as const);
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

function has(bits: Uint8Array, position: number): boolean {
  return ((wordAt(bits, position >>> 3) >>> (position & 7)) & 1) === 1;
}

function add(bits: Uint8Array, position: number): void {
  bits[position >>> 3] = wordAt(bits, position >>> 3) | (1 << (position & 7));
}

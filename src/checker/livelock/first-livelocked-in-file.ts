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
import { areaOf, get, longWord, type SharedMemory } from "../memory/shared-memory.ts";
import type { SymmetryReduction } from "../violations/representative.ts";
import { type ExploredStates, type Livelocked, leastOf } from "./first-livelocked.ts";

/** Each has the first index and the one after the last. */
type Ranges = readonly (readonly [first: number, end: number])[];

export function firstLivelockedInFile(
  shared: SharedMemory,
  explored: ExploredStates<SlotFunctions>,
  reduction: SymmetryReduction,
  archive: LevelArchive,
): Livelocked | undefined {
  const entries = 2 ** get(shared, "tableLog2");
  // Record no violation again.
  longWord(shared, "newViolations")[0] = 0n;
  explored.lookup.setTableMask(entries - 1);
  const settled = new Uint8Array(entries / 8);
  let left: Ranges[] | undefined;
  for (let before = Number.POSITIVE_INFINITY; ; ) {
    const next: Ranges[] = [];
    for (let level = levelOf(archive.levels - 1); level >= 0; level--) {
      const ranges = left === undefined ? allOf(archive, level) : at(left, level);
      if (ranges.length > 0) archive.bring(level);
      next[level] = expandAgain(shared, explored, ranges, settled);
    }
    left = next;
    const now = left.flat().reduce((sum, [first, end]) => sum + end - first, 0);
    if (now === 0) return undefined;
    if (now === before) break;
    before = now;
  }
  const level = levelOf(left.findIndex((ranges) => ranges.length > 0));
  archive.bring(level);
  return leastOf(explored, reduction, level, at(left, level));
}

function allOf(archive: LevelArchive, level: Level): Ranges {
  return archive.bring(level).map(({ first, end }) => [first, end]);
}

/** Marks the states that can already be seen to finish, and returns the others. */
function expandAgain(
  { memory, plan }: SharedMemory,
  { lookup, noted }: ExploredStates<SlotFunctions>,
  ranges: Ranges,
  settled: Uint8Array,
): Ranges {
  const area = areaOf(plan, plan.workers);
  const left: [number, number][] = [];
  for (const [first, end] of ranges) {
    noted.fill(0, first, end);
    for (let next = first; next < end; ) {
      next = lookup.successors(next, end);
      const size = lookup.batchSize();
      const parents = new Int32Array(memory.buffer, area + plan.movesIn, size * 2);
      const slots = new Int32Array(memory.buffer, area + plan.probesIn, size * 2);
      for (let i = 0; i < size; i++) {
        const slot = (wordAt(slots, 2 * i) >>> 0) - 1;
        // A successor that is not in the table was not stored, because it violates a property.
        if (slot < 0 || has(settled, slot)) noted[wordAt(parents, 2 * i)] = ended;
      }
    }
    for (let index = first; index < end; index++) {
      const last = left.at(-1);
      if (wordAt(noted, index) === ended) add(settled, (lookup.slotOf(index) >>> 0) - 1);
      else if (last?.[1] === index) last[1] = index + 1;
      else left.push([index, index + 1]);
    }
  }
  return left;
}

function has(bits: Uint8Array, position: number): boolean {
  return ((wordAt(bits, position >>> 3) >>> (position & 7)) & 1) === 1;
}

function add(bits: Uint8Array, position: number): void {
  bits[position >>> 3] = wordAt(bits, position >>> 3) | (1 << (position & 7));
}

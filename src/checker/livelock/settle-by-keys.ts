/**
 * Settles states by the successors that the search noted by their keys (src/codegen/wasm/expand/noted-successors.ts). If
 * the noted successor of a state can finish, so can the state.
 *
 * First it finds the slots of every state and of its noted successor, from the deepest level to the first. That is the
 * expensive part. It writes the pairs of slots to the file from which it has read the notes. Then it sweeps over the pairs,
 * keeping those that are not settled, until a sweep settles none. A sweep is needed for each time that the notes of a state
 * lead back to an earlier level: about twelve, most of them over few states.
 */
import type { KeyNoteFunctions } from "../../codegen/wasm/store/exported-functions.ts";
import { at, wordAt } from "../../ir/lookup.ts";
import { blockSize, keyNoteBytes } from "../../memory/memory-map.ts";
import { type Level, levelOf } from "../contract/indices.ts";
import type { LevelArchive } from "../disk/level-archive.ts";
import { type LevelFile, readAt, readNotes, writeAt } from "../disk/level-file.ts";
import { segmentsByLevel } from "../memory/segments.ts";
import { areaOf, get, type Segment, type SharedMemory, tableSlots } from "../memory/shared-memory.ts";
import { add, has } from "./slot-bits.ts";

/** The notes of a search, and where they are. */
export interface NotesByKey {
  readonly lookup: KeyNoteFunctions;
  readonly file: LevelFile;
}

/** Sets the bits of the states that can be seen to finish, and gives how many others there are. */
export function settleByKeys(
  shared: SharedMemory,
  { lookup, file }: NotesByKey,
  archive: LevelArchive,
  settled: Uint8Array,
): number {
  const byLevel = segmentsByLevel(shared);
  const pairs = waitingPairs(file, get(shared, "segments") * blockSize * keyNoteBytes);
  for (let level = archive.levels - 1; level >= 0; level--) {
    const segments = archive.bring(levelOf(level));
    for (let position = segments.length - 1; position >= 0; position--) {
      readNotes(shared, file, byLevel.firstOf(level) + position);
      pairs.add(slotsOf(shared, lookup, at(segments, position)));
    }
  }
  // The slot that stands for the end of a path.
  add(settled, tableSlots(shared) + 1);
  let left = pairs.count();
  for (let before = -1; left !== before && left > 0; ) {
    before = left;
    pairs.sweep(settled);
    left = pairs.count();
  }
  return left;
}

/** The states of a level in memory that are not settled, as ranges within a segment. */
export function unsettledOf(
  shared: SharedMemory,
  { lookup }: NotesByKey,
  archive: LevelArchive,
  settled: Uint8Array,
  level: Level,
): [number, number][] {
  const ranges: [number, number][] = [];
  for (const segment of archive.bring(level)) {
    const slots = slotsOf(shared, lookup, segment);
    let last: [number, number] | undefined;
    for (let index = segment.first; index < segment.end; index++) {
      if (has(settled, wordAt(slots, 2 * (index - segment.first)) - 1)) continue;
      if (last?.[1] === index) last[1]++;
      else {
        last = [index, index + 1];
        ranges.push(last);
      }
    }
  }
  return ranges;
}

/** By state of a segment in memory: one more than its slot, and what `notedSlots` says of its note. */
function slotsOf(
  { memory, plan }: SharedMemory,
  { notedSlots }: KeyNoteFunctions,
  { first, end }: Segment,
): Int32Array {
  notedSlots(first, end);
  return new Int32Array(memory.buffer, areaOf(plan, plan.workers) + plan.probesIn, (end - first) * 2);
}

/** Pairs of slots, all but the last ones in a file. */
interface WaitingPairs {
  readonly add: (pairs: Int32Array) => void;
  /** Settles the pairs whose second slot is settled, and keeps the others. */
  readonly sweep: (settled: Uint8Array) => void;
  readonly count: () => number;
}

const pairsOfChunk = 2 ** 15;
const pairBytes = 8;

/**
 * The file is used from `end` down. The pairs come from notes that were read from there, and are not more than they were,
 * so no pair takes the place of a note that is still to be read.
 */
function waitingPairs(file: LevelFile, end: number): WaitingPairs {
  const chunks: { readonly place: number; pairs: number }[] = [];
  const last = new Int32Array(2 * pairsOfChunk);
  const other = new Int32Array(2 * pairsOfChunk);
  let size = 0;
  let begun = end;
  const bytesOf = (words: Int32Array, pairs: number): Uint8Array => new Uint8Array(words.buffer, 0, pairs * pairBytes);
  return {
    add(pairs) {
      if (2 * size + pairs.length > last.length) {
        begun -= size * pairBytes;
        writeAt(file, bytesOf(last, size), begun);
        chunks.push({ place: begun, pairs: size });
        size = 0;
      }
      last.set(pairs, 2 * size);
      size += pairs.length / 2;
    },
    sweep(settled) {
      for (const chunk of chunks) {
        const { place, pairs } = chunk;
        if (pairs === 0) continue;
        readAt(file, bytesOf(other, pairs), place);
        chunk.pairs = keepWaiting(other, pairs, settled);
        if (chunk.pairs < pairs) writeAt(file, bytesOf(other, chunk.pairs), place);
      }
      size = keepWaiting(last, size, settled);
    },
    count: () => chunks.reduce((sum, { pairs }) => sum + pairs, size),
  };
}

/** Gives how many pairs are kept, which are then the first ones. There is no branch, because none could be predicted. */
function keepWaiting(words: Int32Array, pairs: number, settled: Uint8Array): number {
  let kept = 0;
  for (let i = 0; i < 2 * pairs; i += 2) {
    const own = wordAt(words, i);
    const next = wordAt(words, i + 1);
    const can = Number(has(settled, next - 1));
    const byte = (own - 1) >>> 3;
    settled[byte] = wordAt(settled, byte) | (can << ((own - 1) & 7));
    words[kept] = own;
    words[kept + 1] = next;
    kept += 2 * (1 - can);
  }
  return kept / 2;
}

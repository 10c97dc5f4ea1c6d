/**
 * The store that keeps only two levels in memory: the fingerprints of each finished level are a sorted list in a file, one
 * after the other. While a level is expanded, states of all but its own and the next one count as new. When that is done
 * the next level's fingerprints are sorted and merged with each list of the file, and the states that were there before
 * are taken out of it; then its own list follows (delayed duplicate detection: Korf, "Delayed duplicate detection", IJCAI
 * 2003; in model checking Stern and Dill, "Using magnetic disk instead of main memory in the Murphi verifier", CAV 1998).
 *
 * How long each list is follows from the segments, so any thread can do this, alone, while the others wait. The table is
 * of no use between two levels, and its place is where all this happens.
 */
import { readSync, writeSync } from "node:fs";
import { aligned, segmentBytes } from "../codegen/wasm/memory-map.ts";
import { type Descriptor, isFull } from "./level-file.ts";
import { outcomeOf, settle } from "./level-leader.ts";
import type { ModuleInstance } from "./module-instance.ts";
import { SearchFailure } from "./search-types.ts";
import { get, put, type SharedMemory, segment } from "./shared-memory.ts";

const bytesOfOne = 8;
/** Read at once. */
const mostAtOnce = 2 ** 20;

/**
 * Takes states that were met before out of the segments from `from` on, the level that was just made, and writes the list
 * of the others. Throws what the file system does where the disk is full; then only the table is spoiled.
 */
export function settleLevel(shared: SharedMemory, instance: ModuleInstance, file: Descriptor, from: number): void {
  const { memory, plan } = shared;
  const numbers = Array.from({ length: get(shared, "segments") - from }, (_, i) => from + i);
  const sizes = sizesOfLevels(shared, from);
  const { tableAt } = plan;
  let end = tableAt;
  for (const number of numbers) {
    const { first, end: last } = segment(shared, number);
    instance.fingerprints(first, last, end | 0);
    end += (last - first) * bytesOfOne;
  }
  const own = new BigUint64Array(memory.buffer, tableAt, (end - tableAt) / bytesOfOne).sort();
  const known = placesKnown(shared, instance, file, sizes, end);
  const dropped = BigUint64Array.from({ length: known.length }, (_, i) => own[known[i] ?? 0] ?? 0n);
  const left = moveTogether(own, known);
  const fileEnd = sizes.reduce((sum, size) => sum + size, 0) * bytesOfOne;
  writeAll(file, new Uint8Array(memory.buffer, tableAt, left * bytesOfOne), fileEnd);
  if (known.length === 0) return;
  new BigUint64Array(memory.buffer, tableAt, dropped.length).set(dropped);
  for (const number of numbers) {
    const { first, end: last } = segment(shared, number);
    const kept = instance.dropStates(first, last, tableAt | 0, (tableAt + dropped.byteLength) | 0);
    new Int32Array(memory.buffer, plan.segmentsAt + number * segmentBytes, 2)[1] = kept;
  }
  put(shared, "states", get(shared, "states") - dropped.length);
  if (left === 0) put(shared, "segments", from);
}

/** Of the states that there are at the start; to be called before any other is stored. */
export function settleStart(shared: SharedMemory, instance: ModuleInstance, file: Descriptor): void {
  settledOrFull(shared, instance, file, 0);
  enterFromSegment(shared, instance, 0);
}

/**
 * Goes on from a checkpoint: `visit` is to be given the states of every segment of finished levels, one after the other;
 * `end` then writes the lists of these and of the level to expand, whose states are in memory, and enters that one.
 */
export function settleAgain(shared: SharedMemory, instance: ModuleInstance, file: Descriptor) {
  const { memory, plan } = shared;
  let [number, level, fileEnd] = [0, 0, 0];
  let lists: BigUint64Array[] = [];
  const add = (first: number, last: number): void => {
    const now = segment(shared, number++).level;
    if (now !== level) write();
    level = now;
    instance.fingerprints(first, last, plan.tableAt | 0);
    lists.push(new BigUint64Array(memory.buffer, plan.tableAt, last - first).slice());
  };
  const write = (): void => {
    const all = new BigUint64Array(lists.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const list of lists) {
      all.set(list, at);
      at += list.length;
    }
    all.sort();
    writeAll(file, new Uint8Array(all.buffer), fileEnd);
    fileEnd += all.byteLength;
    lists = [];
  };
  return {
    visit(states: Uint8Array): void {
      new Uint8Array(memory.buffer, plan.statesAt, states.length).set(states);
      add(0, states.length / plan.stride);
    },
    end(): void {
      const first = get(shared, "levelFirst");
      while (number < get(shared, "levelEnd")) {
        const { first: from, end } = segment(shared, number);
        add(from, end);
      }
      write();
      enterFromSegment(shared, instance, first);
    },
  };
}

/** The table has these, and nothing else. */
function enterFromSegment(shared: SharedMemory, instance: ModuleInstance, from: number): void {
  const { memory, plan } = shared;
  new Uint8Array(memory.buffer, plan.tableAt, bytesOfOne * 2 ** get(shared, "tableLog2")).fill(0);
  for (let number = from; number < get(shared, "levelEnd"); number++) {
    const { first, end } = segment(shared, number);
    instance.reinsert(first, end);
  }
}

/** Settles the level that was just made; false where the disk is full, which then ends the search. */
export function settledOrFull(
  shared: SharedMemory,
  instance: ModuleInstance,
  file: Descriptor,
  from = get(shared, "levelEnd"),
): boolean {
  try {
    settleLevel(shared, instance, file, from);
    return true;
  } catch (error) {
    if (!isFull(error)) throw new SearchFailure("the fingerprints of a level could not be kept", { cause: error });
    settle(shared, outcomeOf("disk"));
    return false;
  }
}

export function bytesOfFingerprints(shared: SharedMemory): number {
  return shared.plan.recycling?.sorted === true ? get(shared, "states") * bytesOfOne : 0;
}

/** How many states each level has before the one whose first segment is given. */
function sizesOfLevels(shared: SharedMemory, endSegment: number): readonly number[] {
  const sizes: number[] = [];
  for (let number = 0; number < endSegment; number++) {
    const { first, end, level } = segment(shared, number);
    sizes[level] = (sizes[level] ?? 0) + end - first;
  }
  return sizes;
}

/** The places of those of the sorted level, which ends at `ownEnd`, that are in the file; behind it is room to work in. */
function placesKnown(
  shared: SharedMemory,
  instance: ModuleInstance,
  file: Descriptor,
  sizes: readonly number[],
  ownEnd: number,
): Uint32Array {
  const { memory, plan } = shared;
  const count = (ownEnd - plan.tableAt) / bytesOfOne;
  const bitWords = Math.ceil(count / 32);
  const bits = new Uint32Array(memory.buffer, ownEnd, bitWords).fill(0);
  const bufferAt = aligned(ownEnd + bitWords * 4, bytesOfOne);
  const tableEnd = plan.tableAt + bytesOfOne * 2 ** get(shared, "tableLog2");
  const bufferBytes = Math.min(mostAtOnce, tableEnd - bufferAt);
  let at = 0;
  for (const size of sizes) {
    const listEnd = at + size * bytesOfOne;
    let own = plan.tableAt;
    for (let from = at; from < listEnd && own < ownEnd; from += bufferBytes) {
      const length = Math.min(bufferBytes, listEnd - from);
      readAll(file, new Uint8Array(memory.buffer, bufferAt, length), from);
      own = instance.markKnown(own | 0, ownEnd | 0, bufferAt | 0, (bufferAt + length) | 0, ownEnd | 0) >>> 0;
    }
    at = listEnd;
  }
  return placesOf(bits);
}

/** Of the bits that are set. There can be millions. */
function placesOf(bits: Uint32Array): Uint32Array {
  let count = 0;
  for (const word of bits) for (let rest = word; rest !== 0; rest = withoutLowest(rest)) count++;
  const places = new Uint32Array(count);
  let at = 0;
  for (let number = 0; number < bits.length; number++)
    for (let rest = bits[number] ?? 0; rest !== 0; rest = withoutLowest(rest))
      places[at++] = number * 32 + 31 - Math.clz32(rest & -rest);
  return places;
}

function withoutLowest(word: number): number {
  return (word & (word - 1)) >>> 0;
}

/** Closes the gaps at some places; gives how many are left. */
function moveTogether(all: BigUint64Array, places: Uint32Array): number {
  let left = places[0] ?? all.length;
  for (const [i, place] of places.entries()) {
    const next = places[i + 1] ?? all.length;
    all.copyWithin(left, place + 1, next);
    left += next - place - 1;
  }
  return left;
}

function readAll(file: Descriptor, bytes: Uint8Array, position: number): void {
  for (let at = 0; at < bytes.length; ) {
    const read = readSync(file, bytes, at, bytes.length - at, position + at);
    if (read === 0) throw new Error("the file of fingerprints ends too early");
    at += read;
  }
}

function writeAll(file: Descriptor, bytes: Uint8Array, position: number): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at, position + at);
}

/** The tables of parts of the tree store, which grow apart from the table of roots. */

import type { Names } from "../../codegen/wasm/store/exported-functions.ts";
import { at } from "../../ir/lookup.ts";
import { control } from "../../memory/memory-map.ts";
import { fullParts, pairBytes, partEntryBytes } from "../../memory/tree-plan.ts";
import type { PartCounts } from "../contract/search-types.ts";
import type { BodyReader } from "../disk/checkpoint-file.ts";
import type { UsedRange } from "../memory/reused-memory.ts";
import { get, put, type SharedMemory } from "../memory/shared-memory.ts";
import { currentShape } from "./root-sizes.ts";
import { StoreFull } from "./store-full.ts";

type Shared = SharedMemory<"tree">;

/** Exported by the tree store. Each enlarges the table of one side to the size that its control word has. */
export interface GrowPartsFunctions {
  readonly growLeft: (oldMask: number) => void;
  readonly growRight: (oldMask: number) => void;
}

export const growPartsFunctions: Names<GrowPartsFunctions> = { growLeft: true, growRight: true };

const sides = [
  { side: "left", parts: "leftParts", log2: "leftLog2", above: "leftAbove", grow: "growLeft" },
  { side: "right", parts: "rightParts", log2: "rightLog2", above: "rightAbove", grow: "growRight" },
] as const;

/** How many numbers of parts threads have taken. */
export function takenParts(shared: Shared): PartCounts {
  return { left: get(shared, "leftParts"), right: get(shared, "rightParts") };
}

export function prepareParts(shared: Shared): void {
  const { store } = shared.plan;
  for (const { side, log2, above } of sides) {
    const { initialLog2 } = store[side];
    put(shared, log2, initialLog2);
    put(shared, above, fullParts(store, initialLog2));
  }
}

/** Whether a table of parts must grow. */
export function partsMustGrow(shared: Shared): boolean {
  const { store } = shared.plan;
  return sides.some(({ side, parts, log2 }) => {
    const size = get(shared, log2);
    return get(shared, parts) >= fullParts(store, size) && size < store[side].maxLog2;
  });
}

/** Whether a key has too few bits for more parts of a side. */
export function partsOutgrowKeys(shared: Shared): boolean {
  return sides.some(({ side, parts }) => get(shared, parts) >= mostNumbers(shared, side));
}

/** The number of parts of a side at which threads must meet: a table of this size, or the keys, have room for no more. */
function meetingAt(shared: Shared, side: "left" | "right", log2: number): number {
  return Math.min(fullParts(shared.plan.store, log2), mostNumbers(shared, side));
}

/** The same for the keys alone. */
function mostNumbers(shared: Shared, side: "left" | "right"): number {
  const { leftBits, keyBits, narrow } = currentShape(shared);
  if (!narrow) return Number.POSITIVE_INFINITY;
  return 2 ** (side === "left" ? leftBits : keyBits - leftBits) - shared.plan.store.partsOvershoot;
}

/** Whether so many parts are stored that no table for more can be had. */
export function partsAreFull(shared: Shared): boolean {
  const { store } = shared.plan;
  return sides.some(({ side, parts }) => get(shared, parts) >= fullParts(store, store[side].maxLog2));
}

/** Fourfold, because there are few parts, and the other threads wait. */
const growthLog2 = 2;

/** Called while no other thread inserts. */
export function growParts(shared: Shared, functions: GrowPartsFunctions): void {
  const { store } = shared.plan;
  for (const { side, parts, log2, above, grow } of sides) {
    const { maxLog2 } = store[side];
    while (get(shared, parts) >= fullParts(store, get(shared, log2)) && get(shared, log2) < maxLog2) {
      const before = get(shared, log2);
      const now = Math.min(maxLog2, before + growthLog2);
      put(shared, log2, now);
      functions[grow](2 ** before - 1);
    }
    put(shared, above, meetingAt(shared, side, get(shared, log2)));
  }
}

/**
 * All that parts consist of, as views for a checkpoint. When they are filled again, how much there is of each becomes known
 * on the way. Throws a StoreFull if this memory has no room for it.
 */
export function* bodyOfParts(shared: Shared): Generator<Uint8Array> {
  const { memory, plan } = shared;
  const { buffer } = memory;
  for (const { side, parts, log2, above } of sides) {
    yield new Uint8Array(buffer, control[parts], 4);
    yield new Uint8Array(buffer, control[log2], 4);
    const { partsAt, words, tableAt, maxLog2 } = plan.store[side];
    const [count, size] = [get(shared, parts) >>> 0, get(shared, log2) >>> 0];
    if (count > 2 ** plan.store.partBits || size > maxLog2) throw new StoreFull("no room for the parts of states");
    put(shared, above, meetingAt(shared, side, size));
    yield new Uint8Array(buffer, partsAt, count * words * 4);
    yield new Uint8Array(buffer, tableAt, partEntryBytes * 2 ** size);
  }
}

/** Puts a state together. */
export function stateOfParts({ memory, plan }: Shared, index: number): Uint32Array {
  const pair = new Uint32Array(memory.buffer, plan.statesAt + index * pairBytes, 2);
  const state = new Uint32Array(plan.stride / 4);
  putTogether(plan, partsIn(memory, plan), pair, state);
  return state;
}

/** By side of a state: the parts, one behind the other. */
type PartWords = readonly Uint32Array[];

function partsIn(memory: WebAssembly.Memory, { store }: Shared["plan"]): PartWords {
  return sides.map(({ side }) => {
    const { partsAt, words } = store[side];
    return new Uint32Array(memory.buffer, partsAt, words * 2 ** store.partBits);
  });
}

function putTogether({ store }: Shared["plan"], parts: PartWords, pair: Uint32Array, state: Uint32Array): void {
  state.fill(0);
  for (const [position, { side }] of sides.entries()) {
    const { words, masks } = store[side];
    const own = at(parts, position);
    let next = at(pair, position) * words;
    for (const [word, mask] of masks.entries()) if (mask !== 0) state[word] = at(state, word) | at(own, next++);
  }
}

/**
 * The parts of another process's checkpoint (bodyOfParts), in memory of their own. Throws a StoreFull if there is no room
 * for so many.
 */
export function readParts({ store }: Shared["plan"], { fill }: BodyReader): PartWords {
  return sides.map(({ side }) => {
    const sizes = new Uint32Array(2);
    fill(new Uint8Array(sizes.buffer));
    const [count, log2] = [at(sizes, 0), at(sizes, 1)];
    if (count > 2 ** 31 || log2 > 31) throw new StoreFull("no room for the parts of states");
    const parts = new Uint32Array(count * store[side].words);
    fill(new Uint8Array(parts.buffer));
    const table = new Uint8Array(2 ** 16);
    for (let left = partEntryBytes * 2 ** log2; left > 0; left -= table.length)
      fill(table.subarray(0, Math.min(left, table.length)));
    return parts;
  });
}

/** What these pairs stand for, as whole states. */
export function statesOfPairs(plan: Shared["plan"], parts: PartWords, stored: Uint8Array): Uint8Array {
  const pairs = new Uint32Array(stored.buffer, stored.byteOffset, stored.length / 4);
  const words = plan.stride / 4;
  const states = new Uint32Array((stored.length / pairBytes) * words);
  for (let state = 0; state * words < states.length; state++)
    putTogether(plan, parts, pairs.subarray(2 * state), states.subarray(state * words, (state + 1) * words));
  return new Uint8Array(states.buffer);
}

/** How many different parts are stored on each side. */
export function countParts(shared: Shared): PartCounts {
  const [left, right] = sides.map(({ side, log2 }) => {
    const table = new Int32Array(shared.memory.buffer, shared.plan.store[side].tableAt, 2 ** get(shared, log2));
    return table.reduce((sum, entry) => sum + (entry === 0 ? 0 : 1), 0);
  }) as [number, number];
  return { left, right };
}

/** Of parts and their tables. */
export function rangesOfParts(shared: Shared): readonly UsedRange[] {
  return sides.flatMap(({ side, parts, log2 }) => {
    const { tableAt, partsAt, words } = shared.plan.store[side];
    return [
      [tableAt, tableAt + partEntryBytes * 2 ** get(shared, log2)],
      [partsAt, partsAt + get(shared, parts) * words * 4],
    ] as const;
  });
}

/**
 * Blocks of states that are used again. States are kept for two levels: the one that is expanded, and the next. The
 * numbers of the free blocks are a stack, from which all threads take while they search. When a level is done, the level
 * leader alone returns its blocks. Low numbers come first, so memory that was never used stays unused.
 *
 * At the start the first place of the stack stands for the last block, and so on. A place holds the difference between its
 * block and that one. So the stack of a new search is memory of zeros, and most of it is never used.
 */

import { at } from "../../ir/lookup.ts";
import { blockSize, overshootOf } from "../../memory/memory-map.ts";
import type { TwoLevelName } from "../../memory/memory-plan.ts";
import { get, put, type SharedMemory, segment } from "../memory/shared-memory.ts";
import { StoreFull } from "./store-full.ts";

type Shared = SharedMemory<TwoLevelName>;

function stackOf({ memory, plan: { store } }: Shared): Int32Array {
  return new Int32Array(memory.buffer, store.freeAt, store.blocks);
}

/** The block for which a place of the stack stands at the start. */
function blockAtStart({ plan: { store } }: Shared, place: number): number {
  return store.blocks - 1 - place;
}

function putFree(shared: Shared, stack: Int32Array, place: number, block: number): void {
  stack[place] = block - blockAtStart(shared, place);
}

/** The highest block that was ever in use, and all blocks below it, count as used. */
export function usedBlocks(shared: Shared): number {
  const used = shared.plan.store.blocks - Math.max(0, get(shared, "freeBlocks"));
  return Math.max(get(shared, "nextBlock"), used);
}

export function releaseBlocks(shared: Shared, firstSegment: number, endSegment: number): void {
  put(shared, "nextBlock", usedBlocks(shared));
  const stack = stackOf(shared);
  let free = get(shared, "freeBlocks");
  for (let i = firstSegment; i < endSegment; i++)
    putFree(shared, stack, free++, Math.floor(segment(shared, i).first / blockSize));
  put(shared, "freeBlocks", free);
}

/** Frees all blocks except those of these segments. Call this while no thread has begun a block. */
export function releaseAllBut(shared: Shared, firstSegment: number, endSegment: number): void {
  const used = usedBlocks(shared);
  put(shared, "nextBlock", used);
  const stack = stackOf(shared);
  const taken = new Set<number>();
  for (let i = firstSegment; i < endSegment; i++) taken.add(Math.floor(segment(shared, i).first / blockSize));
  // The places before stand for blocks that were never used, as at the start.
  let free = stack.length - used;
  for (let number = used - 1; number >= 0; number--) if (!taken.has(number)) putFree(shared, stack, free++, number);
  put(shared, "freeBlocks", free);
}

/** A block with no states, as long as no thread searches. Throws a StoreFull if there is none. */
export function freeBlock(shared: Shared): number {
  const free = get(shared, "freeBlocks");
  if (free <= 0) throw new StoreFull("no block is free");
  const block = at(stackOf(shared), free - 1) + blockAtStart(shared, free - 1);
  put(shared, "nextBlock", Math.max(usedBlocks(shared), block + 1));
  return block;
}

/**
 * How many states can certainly be stored before the threads must meet. Call this while no thread has begun a block.
 */
export function roomInBlocks(shared: Shared): number {
  const { workers, batchCapacity } = shared.plan;
  return get(shared, "freeBlocks") * blockSize - overshootOf(workers, batchCapacity);
}

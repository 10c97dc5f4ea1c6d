/** Which states are known to be able to finish, for an algorithm that expands the others level by level. */
import type { LookupFunctions } from "../../codegen/wasm/store/exported-functions.ts";
import { wordAt } from "../../ir/lookup.ts";
import type { Level } from "../contract/indices.ts";
import { areaOf, type SharedMemory } from "../memory/shared-memory.ts";
import type { Levels } from "./follow-notes.ts";

/** Each has the first index and the one after the last. */
export type Ranges = readonly (readonly [first: number, end: number])[];

/** The notes of a search (src/codegen/wasm/expand/noted-successors.ts). */
export interface Notes {
  /** By index of a state. */
  readonly noted: Int32Array;
  readonly levels: Levels;
}

export interface Finishing {
  readonly lookup: LookupFunctions;
  /** If there is a note of a successor of each state. Use it before the first sweep. */
  readonly notes?: Notes;
  /** Settles what can be told without expanding a state. Call this before each sweep over the levels. */
  readonly beginSweep: () => void;
  /** Brings a level into memory, and gives its states that are not known to finish. */
  readonly unsettled: (level: Level) => Ranges;
  /** Whether a state can finish, by one more than its place in the store; 0 stands for a state that violates a property. */
  readonly isSettled: (place: number) => boolean;
  /** Notes of a state of that level that it can finish. */
  readonly settle: (index: number) => void;
  /** Ends the work on these states of the level in memory, and gives how many of them are not known to finish. */
  readonly leave: (level: Level, ranges: Ranges) => number;
  /** Brings a level into memory, and gives its states that were left. */
  readonly left: (level: Level) => Ranges;
}

/**
 * Expands states again. Calls `use` for each successor with one more than its place in the store, or 0 if it is not stored.
 * Yields after each batch. Makes sure of each range that the code can read it.
 */
export function* successorsOf(
  { memory, plan }: SharedMemory,
  lookup: LookupFunctions,
  ranges: Ranges,
  reach: (first: number, end: number) => void,
  use: (parent: number, place: number) => void,
): Generator<void> {
  const area = areaOf(plan, plan.workers);
  for (const [first, end] of ranges) {
    for (let next = first; next < end; ) {
      reach(first, end);
      next = lookup.successors(next, end);
      const size = lookup.batchSize();
      const parents = new Int32Array(memory.buffer, area + plan.movesIn, size * 2);
      const places = new Int32Array(memory.buffer, area + plan.probesIn, size * 2);
      for (let i = 0; i < size; i++) use(wordAt(parents, 2 * i), wordAt(places, 2 * i));
      yield;
    }
  }
}

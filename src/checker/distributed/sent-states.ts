/**
 * Which states the ranks have sent to each other, level by level. They are numbered by the pair of ranks, from 0 on, so a
 * rank and its partner name the same state by the same number. The sender keeps the state's parent, and the receiver its
 * place in the store.
 */
import { at, required } from "../../ir/lookup.ts";
import type { Rank } from "../../memory/exchange-plan.ts";
import { get, put, type SharedMemory } from "../memory/shared-memory.ts";
import { byteList } from "./byte-list.ts";

/** States that came from a rank in one exchange. */
export interface Came {
  /** Where the place of the first is kept, among all that this rank has received. */
  readonly position: number;
  readonly count: number;
}

export interface OfLevel {
  /** By rank: what it sent. */
  readonly messages: readonly (readonly Came[])[];
  /** By rank: the number of the first state that was sent there. */
  readonly firstSent: readonly number[];
}

export interface SentStates {
  /** Called when states of a rank are about to be inserted. Gives the position at which the place of the first is kept. */
  readonly came: (shared: SharedMemory, rank: number, count: number) => number;
  /** Called when states were sent, with their parents by rank. */
  readonly went: (shared: SharedMemory, parents: readonly Int32Array[]) => void;
  readonly at: (level: number) => OfLevel;
  readonly mostRoots: number;
  /** By rank: the parents of the states that were sent there, by number, as far as they were kept. */
  readonly parents: () => readonly Int32Array[];
}

/** What a rank keeps at most to tell which states can finish. If it had to keep more, it expands more states again. */
export interface Keeping {
  /** Of states that are sent, and of states that are received. The memory of the search is a limit too. */
  readonly states: number;
  readonly roots: number;
}

export const usualKeeping: Keeping = { states: Number.POSITIVE_INFINITY, roots: 2 ** 22 };

/** For one search. */
export function sentStates({ size }: Rank, keeping: Keeping): SentStates {
  const perRank = <Item>(make: () => Item): Item[] => Array.from({ length: size }, make);
  const messages: Came[][][] = [];
  const firstSent: (readonly number[])[] = [];
  const parents = perRank(byteList);
  /** By rank: how many states were sent there. */
  const sent = perRank(() => 0);
  let kept = 0;
  return {
    came(shared, rank, count) {
      const level = get(shared, "depth");
      messages[level] ??= perRank(() => []);
      const position = get(shared, "received");
      at(at(messages, level), rank).push({ position, count });
      put(shared, "received", position + count);
      // The last word stands for all that are not kept.
      const most = Math.min(keeping.states, shared.plan.maxStates - 1);
      return position + count > most ? shared.plan.maxStates - 1 : position;
    },
    went(shared, parentsOf) {
      firstSent[get(shared, "depth")] ??= [...sent];
      kept += parentsOf.reduce((sum, { length }) => sum + length, 0);
      for (const [rank, words] of parentsOf.entries()) {
        sent[rank] = at(sent, rank) + words.length;
        if (kept <= Math.min(keeping.states, shared.plan.maxStates))
          at(parents, rank).push(new Uint8Array(words.buffer, words.byteOffset, words.byteLength));
      }
    },
    at: (level) => ({
      messages: messages[level] ?? perRank(() => []),
      firstSent: firstSent[level] ?? perRank(() => 0),
    }),
    mostRoots: keeping.roots,
    parents: () => parents.map(({ bytes }) => new Int32Array(bytes().buffer, 0, bytes().length / 4)),
  };
}

/** By position: one more than the place of a state that was received. Those beyond the end were not kept. */
export function receivedPlaces({ memory, plan }: SharedMemory): Int32Array {
  const from = required(plan.receivedAt, "the places of received states");
  // The last word stands for all others.
  return new Int32Array(memory.buffer, from, plan.maxStates - 1);
}

/** Numbers that tell the states of all ranks apart: the index on the rank that has it, times the ranks, plus that rank. */
import type { Rank } from "../../memory/exchange-plan.ts";
import { type StateIndex, stateIndex } from "../contract/indices.ts";
import type { Candidate } from "../violations/violation-candidates.ts";

/** The number of a state of this rank. */
export function numberOf(index: StateIndex, { rank, size }: Rank): StateIndex {
  return stateIndex(index * size + rank);
}

export function rankOf(number: StateIndex, { size }: Rank): number {
  return number % size;
}

/** The index of a state on its rank. */
export function indexOf(number: StateIndex, { size }: Rank): StateIndex {
  return stateIndex(Math.floor(number / size));
}

/** A violation that a rank has found, with numbers in place of its indices. */
export function numbered(candidate: Candidate, ranks: Rank): Candidate {
  return { ...candidate, moves: candidate.moves.map((one) => ({ ...one, parent: numberOf(one.parent, ranks) })) };
}

/**
 * The violations worth keeping. Timing decides which of several violations a search meets first, so it must not decide
 * which one is kept. For each property, the violations of the smallest length with the least target states are kept: one,
 * or as many as were asked for. Every worker keeps its own, and merging gives what a single worker would have kept. The
 * choice must not depend on the symmetry reduction either, so targets that differ by a permutation are neighbours in the
 * order.
 */
import { at } from "../../ir/lookup.ts";
import { violationHead } from "../../memory/memory-map.ts";
import type { MemoryPlan } from "../../memory/memory-plan.ts";
import { type StateIndex, stateIndex } from "../contract/indices.ts";
import { noMove, type PackedMove, packedMove } from "../contract/packed-move.ts";
import { get, longWord, type SharedMemory } from "../memory/shared-memory.ts";
import { compareWords } from "./compare-words.ts";
import { representativeOf, type SymmetryReduction } from "./representative.ts";

/**
 * The move from a state (`parent`) into a violation; `noMove` if the violation is the state itself, which cannot move.
 */
export interface LastMove<Id extends number = StateIndex> {
  readonly parent: Id;
  readonly move: PackedMove;
}

/** States have numbers of the store (`StateIndex`), or those of concrete-paths.ts. */
export interface Candidate<Id extends number = StateIndex> {
  /** The bit of the violated property in masks. */
  readonly bit: number;
  /** Moves of the trace. */
  readonly length: number;
  /** The least of the states that differ from the target by a permutation. */
  readonly representative: Uint32Array;
  /**
   * The violating successor; the parent itself if the step has none. In a reduced search the representative at first.
   */
  readonly target: Uint32Array;
  readonly moves: readonly LastMove<Id>[];
}

export interface Candidates {
  /** At most this many for each property, with different representatives. */
  readonly most: number;
  /** The least first. */
  readonly byBit: Map<number, readonly Candidate[]>;
}

export function noCandidates(most: number): Candidates {
  return { most, byBit: new Map() };
}

export function allOf({ byBit }: Candidates): readonly Candidate[] {
  return [...byBit.values()].flat();
}

export const rangeErrorBitNumber = 63;

export function keep({ most, byBit }: Candidates, candidate: Candidate): void {
  const known = byBit.get(candidate.bit) ?? [];
  const shortest = known[0]?.length ?? candidate.length;
  if (candidate.length > shortest) return;
  const rivals = candidate.length < shortest ? [] : known;
  const order = (other: Candidate) => compareWords(candidate.representative, other.representative);
  const place = rivals.findIndex((other) => order(other) <= 0);
  const position = place < 0 ? rivals.length : place;
  const rival = rivals[position];
  const isSame = rival !== undefined && order(rival) === 0;
  const byTarget = isSame ? compareWords(candidate.target, rival.target) : -1;
  if (position >= most || byTarget > 0) return;
  const kept =
    isSame && byTarget === 0
      ? { ...rival, moves: [...rival.moves, ...candidate.moves] }
      : // The target may be a view of memory that the next batch overwrites.
        { ...candidate, representative: candidate.representative.slice(), target: candidate.target.slice() };
  byBit.set(
    candidate.bit,
    [...rivals.slice(0, position), kept, ...rivals.slice(position + (isSame ? 1 : 0))].slice(0, most),
  );
}

export function targetOf(
  reduction: SymmetryReduction,
  state: Uint32Array,
): Pick<Candidate, "representative" | "target"> {
  const representative = representativeOf(reduction, state);
  return { representative, target: reduction.reduced ? representative : state };
}

/** The part of a store that is needed here. */
export interface StoredStates {
  readonly shared: SharedMemory;
  readonly wordsOf: (index: StateIndex) => Uint32Array;
}

/** Reads the violations that the generated code recorded between `from` and `to`. */
export function collect(
  { shared, wordsOf }: StoredStates,
  reduction: SymmetryReduction,
  { from, to }: { readonly from: number; readonly to: number },
  into: Candidates,
): void {
  const { memory, plan } = shared;
  const news = at(longWord(shared, "newViolations"), 0);
  const depth = get(shared, "depth");
  let found = 0n;
  for (const record of recordsBetween(memory, plan, from, to)) {
    const violated = record.mask & news;
    if (violated === 0n) continue;
    const stuck = record.move === noMove;
    for (const bit of bitsOf(violated)) {
      const state = bit === rangeErrorBitNumber ? wordsOf(record.parent) : record.successor;
      const last = { parent: record.parent, move: record.move };
      keep(into, { bit, length: stuck ? depth : depth + 1, ...targetOf(reduction, state), moves: [last] });
    }
    found |= violated;
  }
  Atomics.or(longWord(shared, "found"), 0, found);
}

export function* bitsOf(mask: bigint): Generator<number> {
  for (const [first, half] of [
    [0, Number(mask & 0xffffffffn)],
    [32, Number(mask >> 32n)],
  ] as const) {
    for (let rest = half | 0; rest !== 0; rest &= rest - 1) yield first + 31 - Math.clz32(rest & -rest);
  }
}

export interface Record {
  readonly parent: StateIndex;
  readonly move: PackedMove;
  readonly mask: bigint;
  readonly successor: Uint32Array;
}

export function* recordsBetween(
  memory: WebAssembly.Memory,
  plan: MemoryPlan,
  from: number,
  to: number,
): Generator<Record> {
  const view = new DataView(memory.buffer);
  const words = plan.stride / 4;
  for (let address = from; address < to; address += violationHead + plan.stride) {
    yield {
      parent: stateIndex(view.getInt32(address, true)),
      move: packedMove(view.getInt32(address + 4, true)),
      mask: view.getBigUint64(address + 8, true),
      successor: new Uint32Array(memory.buffer, address + violationHead, words),
    };
  }
}
